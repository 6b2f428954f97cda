/// `, did you mean …?`, where one of `known` looks like `word`.
pub(super) fn hint<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    known
        .map(|candidate| (strsim::osa_distance(word, candidate), candidate))
        .min()
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 3)
        .map_or_else(String::new, |(_, candidate)| format!(", did you mean `{candidate}`?"))
}
