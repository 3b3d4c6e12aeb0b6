//! Forms with files (RFC 7578), read whole: the few there are have a limit of their own.

/// A part of a form.
#[derive(Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// The name of its field.
    pub name: String,
    /// What it holds.
    pub content: &'a [u8],
}

/// The boundary that a content type names.
pub fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let mut pairs = parameters.split(';').filter_map(|pair| pair.trim().split_once('='));
    let (_, boundary) = pairs.find(|(name, _)| name.eq_ignore_ascii_case("boundary"))?;
    let boundary = boundary.trim_matches('"');
    (!boundary.is_empty() && boundary.len() <= 70).then_some(boundary)
}

/// The parts of a form; nothing when it is none.
pub fn parts<'a>(body: &'a [u8], boundary: &str) -> Option<Vec<Part<'a>>> {
    let first = format!("--{boundary}");
    let delimiter = format!("\r\n--{boundary}");
    let start = find(body, first.as_bytes())?;
    let mut rest = &body[start + first.len()..];
    let mut parts = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        rest = rest.strip_prefix(b"\r\n")?;
        let end = find(rest, delimiter.as_bytes())?;
        let (part, following) = rest.split_at(end);
        let head = find(part, b"\r\n\r\n")?;
        let headers = std::str::from_utf8(&part[..head]).ok()?;
        parts.push(Part { name: name(headers)?, content: &part[head + 4..] });
        rest = &following[delimiter.len()..];
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// The field's name among the headers of a part.
fn name(headers: &str) -> Option<String> {
    let disposition = headers.split("\r\n").find(|line| {
        line.split_once(':').is_some_and(|(name, _)| name.eq_ignore_ascii_case("content-disposition"))
    })?;
    let mut pairs = disposition.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == "name").map(|(_, value)| value.trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &[u8] = b"--x\r\nContent-Disposition: form-data; name=\"users\"; filename=\"u.json\"\r\nContent-Type: application/json\r\n\r\n[\r\n]\r\n--x\r\ncontent-disposition: form-data; name=\"upsert\"\r\n\r\ntrue\r\n--x--\r\n";

    #[test]
    fn a_form_is_read_part_by_part() {
        let read =
            parts(FORM, boundary("multipart/form-data; boundary=\"x\"").expect("a boundary")).expect("parts");
        let read: Vec<_> = read.iter().map(|part| (part.name.as_str(), part.content)).collect();
        assert_eq!(read, [("users", b"[\r\n]".as_slice()), ("upsert", b"true".as_slice())]);
    }

    #[test]
    fn what_is_no_form_is_none() {
        assert_eq!(boundary("application/json"), None);
        assert_eq!(boundary("multipart/form-data; boundary="), None);
        for end in 0..FORM.len() - 4 {
            assert_eq!(parts(&FORM[..end], "x"), None, "{end}");
        }
    }
}
