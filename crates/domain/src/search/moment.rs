//! Times as searches write them: a year, a month, a day or a moment, each of which lasts for as long as it says.

use chrono::{DateTime, Duration, Months, NaiveDate};

/// The first millisecond of the time written, and the first after it.
pub(super) fn span(text: &str) -> Option<(i64, i64)> {
    let text = text.trim();
    if text.contains('T') {
        return moment(text);
    }
    let mut parts = text.split('-');
    let year = digits(parts.next()?, 4)?;
    let (month, day) = (parts.next(), parts.next());
    if parts.next().is_some() {
        return None;
    }
    let number = |part: Option<&str>| part.map_or(Some(1), |part| digits(part, 2));
    let first = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, number(month)?, number(day)?)?;
    let after = match (month, day) {
        (None, _) => first.checked_add_months(Months::new(12))?,
        (Some(_), None) => first.checked_add_months(Months::new(1))?,
        _ => first.succ_opt()?,
    };
    let millis = |date: NaiveDate| Some(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis());
    Some((millis(first)?, millis(after)?))
}

fn moment(text: &str) -> Option<(i64, i64)> {
    let at = DateTime::parse_from_rfc3339(text).ok()?;
    let lasts = if text.contains('.') { Duration::milliseconds(1) } else { Duration::seconds(1) };
    Some((at.timestamp_millis(), at.checked_add_signed(lasts)?.timestamp_millis()))
}

fn digits(text: &str, length: usize) -> Option<u32> {
    (text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}
