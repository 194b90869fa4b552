use std::collections::BTreeMap;

/// Counts the words of a text, in alphabetical order.
pub fn count(text: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for word in text.split_whitespace() {
        *counts.entry(word.to_lowercase()).or_insert(0) += 1;
    }

    counts
}

#[cfg(test)]
mod tests {
    #[test]
    fn case_does_not_matter() {
        assert_eq!(super::count("a A b")["a"], 2);
    }
}
