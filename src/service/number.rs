//! Numbers as people write them, and the digits that are dialled for them.

use super::Refusal;
use crate::model::Text;
use lineside_wire::Private;

/// The most digits that are dialled, and pressed.
const DIGITS: usize = 64;
/// The fewest and the most digits of a number in E.164 (ITU-T E.164, 6).
const E164: std::ops::RangeInclusive<usize> = 5..=15;
/// The most digits of a park slot.
const SLOT: usize = 9;
/// The most digits of a presented number.
const PRESENTED: usize = 32;

const EXPECTED: &str =
    "digits as dialled (0-9, *, #, A-D), a number in E.164 such as +49 30 123456, or a tel: URI was expected";

/// What is dialled: digits, or `+` and a number in E.164. Blanks, dots, dashes and brackets are for people (ITU-T E.123, RFC 3966).
pub(super) fn dialled(field: &str, written: &str) -> Result<Private<Text>, Refusal> {
    let number = bare(field, written)?;
    let fits = match number.strip_prefix('+') {
        Some(digits) => E164.contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()),
        None => is_digits(&number),
    };
    if fits {
        Ok(Text::from(number).into())
    } else {
        Err(Refusal::invalid(field, EXPECTED))
    }
}

/// What the called party is to be shown.
pub(super) fn presented(field: &str, written: &str) -> Result<Private<Text>, Refusal> {
    let number = bare(field, written)?;
    let digits = number.strip_prefix('+').unwrap_or(&number);
    if (1..=PRESENTED).contains(&number.len()) && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        Ok(Text::from(number).into())
    } else {
        let expected = format!("a number of at most {PRESENTED} digits, with or without + before it, was expected");
        Err(Refusal::invalid(field, expected))
    }
}

/// What is pressed on a telephone.
pub(super) fn pressed(field: &str, digits: &str) -> Result<Private<Text>, Refusal> {
    if is_digits(digits) {
        Ok(Text::from(digits).into())
    } else {
        let expected = format!("1 to {DIGITS} of 0-9, *, #, A-D were expected");
        Err(Refusal::invalid(field, expected))
    }
}

/// A park slot. It is dialled by nobody here, so `dial` patterns say nothing of it.
pub(super) fn slot(field: &str, written: &str) -> Result<Private<Text>, Refusal> {
    if (1..=SLOT).contains(&written.len()) && written.bytes().all(|b| b.is_ascii_digit()) {
        Ok(Text::from(written).into())
    } else {
        let expected = format!("the number of a park slot was expected: 1 to {SLOT} digits");
        Err(Refusal::invalid(field, expected))
    }
}

fn is_digits(text: &str) -> bool {
    (1..=DIGITS).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'*' | b'#' | b'A'..=b'D'))
}

/// Without what is for people only.
fn bare(field: &str, written: &str) -> Result<String, Refusal> {
    let written = written.trim();
    let number = match written.get(..4) {
        Some(scheme) if scheme.eq_ignore_ascii_case("tel:") => {
            let number = written.get(4..).unwrap_or_default();
            if number.contains(';') {
                let detail =
                    "a tel: URI with parameters names no number that can be dialled here: give it in E.164, with +";
                return Err(Refusal::invalid(field, detail));
            }
            number
        }
        _ => written,
    };
    let for_people = [' ', '.', '-', '\u{a0}', '\u{2010}', '\u{2011}', '\u{202f}'];
    let brackets = ['(', ')', '[', ']'];
    let bracketed: String = number.chars().filter(|c| !for_people.contains(c)).collect();
    let number: String = bracketed.chars().filter(|c| !brackets.contains(c)).collect();
    let zero = ["(0)", "[0]", "(0]", "[0)"];
    let behind = zero.iter().filter_map(|zero| bracketed.split_once(zero));
    if behind
        .into_iter()
        .any(|(before, _)| before.contains('+') || before.contains(|c: char| c.is_ascii_digit()))
    {
        // Dialled in some countries, and left out in others. Whatever stands before it may lead abroad: +, 00, 011.
        let detail = "(0) behind other digits says both to dial the 0 and to leave it out: write the number as it is dialled, or in E.164";
        return Err(Refusal::invalid(field, detail));
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_dialled_without_what_is_for_people() {
        for (written, dials) in [
            ("1001", "1001"),
            ("0 30 12.34-56", "030123456"),
            ("+49 (30) 1234-56", "+4930123456"),
            ("tel:+49-30-123456", "+4930123456"),
            ("TEL:1001", "1001"),
            ("(0)30 123456", "030123456"),
            (" *72#", "*72#"),
            ("+49\u{a0}30\u{2011}123456", "+4930123456"),
        ] {
            assert_eq!(&**dialled("to", written).unwrap(), dials, "{written}");
        }
    }

    #[test]
    fn what_is_no_number_is_not_dialled() {
        for wrong in [
            "",
            "+",
            "alice",
            "sip:1001@pbx",
            "+49 (0)30 123456",
            "tel: +49 (0)30 123456",
            "(+49)(0)30 123456",
            "+49[0]30 123456",
            "+49 ( 0 ) 30 123456",
            "-+49 ([0])30 123456",
            "0049(0)30 123456",
            "00 49 [0] 30 123456",
            "(011) 49 (0)30 123456",
            "tel:1001;phone-context=example.com",
            "1001,5",
            "+49301234567890123",
            "+1",
            "++4930123456",
            "49+30123456",
            "١٢٣",
            "1001\r\nAction: Command",
            "*",
            &"1".repeat(65),
        ] {
            let dialled = dialled("to", wrong);
            assert_eq!(dialled.is_ok(), wrong == "*", "{wrong:?}");
        }
    }

    #[test]
    fn digits_are_pressed_as_they_are() {
        assert!(pressed("digits", "123*#D").is_ok());
        for wrong in ["", "1 2", "12E", "w"] {
            assert!(pressed("digits", wrong).is_err(), "{wrong:?}");
        }
        assert!(presented("presentedNumber", "+49 30 123456").is_ok());
        assert!(presented("presentedNumber", "anonymous").is_err());
    }
}
