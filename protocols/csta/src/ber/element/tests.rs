use super::*;
use crate::ber::Writer;

fn read(bytes: &[u8]) -> Result<Element<'_>, DecodeError> {
    Element::read(bytes).map(|(_, element)| element)
}

fn integer(content: &[u8]) -> Option<i64> {
    let mut ber = Writer::default();
    ber.primitive(Tag::INTEGER, content);
    read(&ber.finish()).and_then(|element| element.integer()).ok()
}

#[test]
fn an_integer_has_a_sign_and_any_length_that_fits() {
    assert_eq!(integer(&[]), None);
    assert_eq!(integer(&[0x80]), Some(-128));
    assert_eq!(integer(&[0, 0x80]), Some(128));
    assert_eq!(integer(&[0xff, 0x7f]), Some(-129));
    assert_eq!(integer(&[0; 30]), Some(0));
    assert_eq!(integer(&[0xff; 30]), Some(-1));
    let max = i64::MAX.to_be_bytes();
    let min = i64::MIN.to_be_bytes();
    assert_eq!(integer(&max), Some(i64::MAX));
    assert_eq!(integer(&min), Some(i64::MIN));
    assert_eq!(integer(&[&[0, 0][..], &max].concat()), Some(i64::MAX));
    assert_eq!(integer(&[&[0xff][..], &min].concat()), Some(i64::MIN));
    assert_eq!(integer(&[&[0][..], &min].concat()), None);
    assert_eq!(integer(&[&[0xff][..], &max].concat()), None);
    assert_eq!(integer(&[1; 9]), None);
}

#[test]
fn an_integer_is_written_in_as_few_bytes_as_it_needs() {
    for value in [
        0,
        1,
        127,
        128,
        255,
        256,
        32_767,
        32_768,
        -1,
        -128,
        -129,
        -32_768,
        -32_769,
        i64::MAX,
        i64::MIN,
    ] {
        let mut ber = Writer::default();
        ber.integer(Tag::INTEGER, value);
        let bytes = ber.finish();
        let length = bytes.len() - 2;
        assert_eq!(read(&bytes).and_then(|element| element.integer()), Ok(value));
        let half = 1_i128 << (8 * length - 1);
        assert!((-half..half).contains(&i128::from(value)), "{value}");
        assert!(
            length == 1 || !(-half >> 8..half >> 8).contains(&i128::from(value)),
            "{value}"
        );
    }
}

#[test]
fn a_tag_has_any_number() {
    for number in [0, 30, 31, 127, 128, 16_383, 16_384, u32::MAX >> 1, u32::MAX >> 4] {
        let mut ber = Writer::default();
        ber.constructed(Tag::application(number), |ber| {
            ber.primitive(Tag::context(number), &[7])
        });
        let bytes = ber.finish();
        let element = read(&bytes);
        assert_eq!(
            element.as_ref().map(|element| element.tag),
            Ok(Tag::application(number))
        );
        let inner = element.and_then(|element| element.inner());
        assert_eq!(
            inner.map(|inner| (inner.tag, inner.content)),
            Ok((Tag::context(number), &[7][..]))
        );
    }
    assert!(read(&[0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0]).is_err());
    assert!(read(&[0xbf]).is_err() && read(&[0xbf, 0x80]).is_err());
}

#[test]
fn content_is_written_behind_a_length_of_any_size() {
    for length in [0, 1, 127, 128, 255, 256, 65_535, 65_536] {
        let mut ber = Writer::default();
        ber.constructed(Tag::SEQUENCE, |ber| {
            ber.constructed(Tag::context(0), |ber| ber.raw(&vec![9; length]));
            ber.primitive(Tag::NULL, &[]);
        });
        let bytes = ber.finish();
        let inner = read(&bytes).and_then(|element| element.inner());
        assert_eq!(inner.map(|inner| inner.content.len()), Ok(length));
    }
}

#[test]
fn a_length_that_no_frame_could_have_is_an_error() {
    assert!(read(&[4, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0]).is_err());
    assert!(read(&[4, 0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]).is_err());
    assert!(read(&[4, 0x80, 0, 0]).is_err());
    assert!(read(&[0x24, 0x80, 4, 1, 1, 0]).is_err());
    assert!(read(&[4, 5, 1, 2]).is_err());
}

#[test]
fn a_string_may_come_in_parts() {
    let octets = |bytes: &[u8]| read(bytes).and_then(|element| element.octets());
    assert_eq!(octets(&[0x24, 6, 4, 1, 1, 4, 1, 2]), Ok(vec![1, 2]));
    assert_eq!(octets(&[0xa5, 0x80, 0x24, 3, 4, 1, 1, 4, 1, 2, 0, 0]), Ok(vec![1, 2]));
    let text = read(&[0x80, 4, b'M', 0xfc, b'l', b'l']).and_then(|element| element.text());
    assert_eq!(text, Ok("Müll".to_owned()));
    let text = read(&[0x80, 5, b'M', 0xc3, 0xbc, b'l', b'l']).and_then(|element| element.text());
    assert_eq!(text, Ok("Müll".to_owned()));
}

#[test]
fn bits_are_numbered_from_the_first() {
    let bits = |bytes: &[u8]| read(bytes).and_then(|element| element.bits()).ok();
    assert_eq!(bits(&[3, 2, 7, 0x80]), Some(1));
    assert_eq!(bits(&[3, 4, 6, 0, 0, 0x40]), Some(1 << 17));
    assert_eq!(bits(&[3, 1, 0]), Some(0));
    assert_eq!(bits(&[3, 0]), None);
    // What is unused counts for nothing, whatever it is.
    assert_eq!(bits(&[3, 2, 7, 0xff]), Some(1));
    assert_eq!(bits(&[3, 2, 0xff, 0xff]), Some(0));
    assert_eq!(bits(&[0x23, 8, 3, 2, 0, 0x80, 3, 2, 7, 0x80]), Some(0x101));
    assert_eq!(bits(&[&[3, 12, 0][..], &[0xff; 11]].concat()), Some(u64::MAX));
    for (value, least) in [
        (0, 0),
        (0, 18),
        (1, 0),
        (8, 16),
        (1 << 18 | 1 << 4, 16),
        (u64::MAX, 0),
        (1 << 63, 80),
    ] {
        let mut ber = Writer::default();
        ber.bits_of(Tag::BIT_STRING, value, least);
        assert_eq!(bits(&ber.finish()), Some(value));
    }
}
