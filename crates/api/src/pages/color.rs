//! Colours, and whether one can be read on the other (WCAG 2.2, success criterion 1.4.3).

/// A colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color([u8; 3]);

impl Color {
    pub const WHITE: Self = Self([255; 3]);
    pub const BLACK: Self = Self([0; 3]);

    /// Three or six hexadecimal digits, with or without `#`, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let long = match digits.len() {
            3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
            6 => digits.to_owned(),
            _ => return None,
        };
        let number = u32::from_str_radix(&long, 16).ok()?;
        let [_, red, green, blue] = number.to_be_bytes();
        Some(Self([red, green, blue]))
    }

    /// Six digits without `#`.
    pub fn digits(self) -> String {
        let [red, green, blue] = self.0;
        format!("{red:02x}{green:02x}{blue:02x}")
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// How well the one stands out from the other: from 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// This colour with a part of another, from 0 to 1.
    pub fn mixed(self, other: Self, part: f64) -> Self {
        let mut mixed = self.0;
        for (own, others) in mixed.iter_mut().zip(other.0) {
            let value = f64::from(*own) * (1.0 - part) + f64::from(others) * part;
            *own = value.round().clamp(0.0, 255.0) as u8;
        }
        Self(mixed)
    }

    /// Black or white, whichever can be read better on this colour.
    pub fn ink(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::BLACK) { Self::WHITE } else { Self::BLACK }
    }

    /// The nearest to this colour that stands out from a surface by at least a contrast.
    pub fn on(self, surface: Self, contrast: f64) -> Self {
        let steps = (0..=40).map(|step| self.mixed(surface.ink(), f64::from(step) / 40.0));
        steps.into_iter().find(|color| color.contrast(surface) >= contrast).unwrap_or(surface.ink())
    }

    /// The nearest to this colour that is as dark as a page in the dark should be.
    pub fn dimmed(self, brightest: f64) -> Self {
        let steps = (0..=40).map(|step| self.mixed(Self::BLACK, f64::from(step) / 40.0));
        steps.into_iter().find(|color| color.luminance() <= brightest).unwrap_or(Self::BLACK)
    }
}

#[cfg(test)]
mod tests {
    use super::Color;

    #[test]
    fn a_colour_is_digits_and_nothing_else() {
        assert_eq!(Color::parse("#0af"), Color::parse("00AAFF"));
        for text in ["", "#", "12345", "#1234567", "red", "+12345", "0059d6;}", "äää", "ää"] {
            assert_eq!(Color::parse(text), None, "{text}");
        }
    }

    #[test]
    fn any_colour_can_be_read_on_any_other() {
        let parts = [0x00, 0x33, 0x66, 0x77, 0x99, 0xcc, 0xff];
        for red in parts {
            for green in parts {
                for blue in parts {
                    let color = Color([red, green, blue]);
                    assert!(color.contrast(color.ink()) >= 4.5, "{color:?}");
                    for surface in [Color::WHITE, Color([0x18, 0x1b, 0x21])] {
                        assert!(color.on(surface, 4.5).contrast(surface) >= 4.5, "{color:?}");
                    }
                    assert!(color.dimmed(0.03).luminance() <= 0.03);
                }
            }
        }
    }
}
