//! For `schema_check.py`: every document of a folder is read, and written again. Does nothing unless a variable names the folder.

use bytes::BytesMut;
use lineside_csta::{Codec, Encoding, Framing, Received, Style};
use std::{env, fs};

#[test]
fn documents_of_a_folder_are_read_and_written_again() {
    let Some(folder) = env::var_os("CSTA_DOCUMENTS") else {
        return;
    };
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "xml") {
            continue;
        }
        let mut codec = Codec::new(Framing::Nul, Encoding::Xml(Style::default()));
        let mut input = BytesMut::from(&fs::read(&path).unwrap()[..]);
        input.extend_from_slice(b"\0");
        let outcome = match codec.decode(&mut input).unwrap() {
            Some(Received::Message(message)) => codec.encode(&message).unwrap().to_vec(),
            other => format!("{other:?}\0").into_bytes(),
        };
        fs::write(path.with_extension("out"), outcome.strip_suffix(b"\0").unwrap()).unwrap();
    }
}
