use crate::schema::{Name, Rest, Step, Unknown};
use quick_xml::Reader;
use quick_xml::events::Event;

/// Puts elements back to where they stood within what was written from `at` on, behind what stands there; where there is no such place,
/// they are left out: elsewhere they could be taken for something else.
pub(super) fn put_back(out: &mut String, at: usize, place: &[Step], elements: &str) {
    match spot(out.get(at..).unwrap_or_default(), place) {
        Some(Spot::Before(end)) => out.insert_str(at + end, elements),
        Some(Spot::Empty { slash, name }) => {
            let whole = [">", elements, "</", &name, ">"].concat();
            out.replace_range(at + slash..at + slash + 2, &whole);
        }
        None => {}
    }
}

/// Puts what is kept of a document into its root, whose type has no place for it.
pub(super) fn put_into_root(document: &mut String, root: &str, rest: &Rest) {
    let name = Name::Xml(root.into());
    let root = [Step { name, nth: 0 }];
    let here: String = rest.0.iter().filter_map(Unknown::document).collect();
    put_back(document, 0, &root, &here);
    for (place, elements) in rest.within() {
        let documents: String = elements.filter_map(Unknown::document).collect();
        put_back(document, 0, &[&root, place].concat(), &documents);
    }
}

/// Where to put it.
enum Spot {
    /// Here.
    Before(usize),
    /// Into the element called `name`, which has no end tag: its `/>` is here.
    Empty { slash: usize, name: String },
}

fn spot(written: &str, place: &[Step]) -> Option<Spot> {
    let mut xml = Reader::from_str(written);
    // So many elements are open, so many of them are the steps of the way, and so many like the next step were passed.
    let (mut depth, mut found, mut passed) = (0, 0, 0);
    loop {
        let from = usize::try_from(xml.buffer_position()).unwrap_or(usize::MAX);
        match xml.read_event().ok()? {
            Event::Start(start) => {
                if depth == found && is_next(place.get(found), start.local_name().as_ref(), &mut passed) {
                    found += 1;
                    passed = 0;
                }
                depth += 1;
            }
            Event::Empty(empty)
                if depth == found && is_next(place.get(found), empty.local_name().as_ref(), &mut passed) =>
            {
                let end = usize::try_from(xml.buffer_position()).unwrap_or_default();
                let spot = Spot::Empty {
                    slash: end.saturating_sub(2),
                    name: empty.name().0.to_owned(),
                };
                return (found + 1 == place.len()).then_some(spot);
            }
            Event::End(_) if depth == found => return (found == place.len()).then_some(Spot::Before(from)),
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// Is the element called `name` the next step of the way?
fn is_next(step: Option<&Step>, name: &str, passed: &mut usize) -> bool {
    let Some(step) = step.filter(|step| matches!(&step.name, Name::Xml(wanted) if **wanted == *name)) else {
        return false;
    };
    *passed += 1;
    *passed > step.nth
}
