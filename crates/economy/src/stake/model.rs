//! A GPU model as a typed name: `RTX 4070` is not `RTX 4070 Ti`.

/// Words in drivers' and shops' names that do not tell two models of the stake table apart.
const NOISE: &[&str] = &[
    "nvidia",
    "geforce",
    "apple",
    "tesla",
    "gpu",
    "graphics",
    "card",
    "generation",
    "pcie",
    "sxm",
    "sxm2",
    "sxm3",
    "sxm4",
    "sxm5",
    "hbm2",
    "hbm2e",
    "hbm3",
    "hbm3e",
];

/// A model, taken from a name as drivers and shops write it. Two are equal when every word that matters is the same,
/// in order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Model(Vec<String>);

impl Model {
    /// The model of a name such as `NVIDIA GeForce RTX 4070 Ti`; `None` when nothing but makers is named.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let words: Vec<String> = name
            .split(|c: char| !c.is_alphanumeric())
            .map(str::to_lowercase)
            .filter(|word| !word.is_empty() && !NOISE.contains(&word.as_str()))
            .flat_map(|word| match word.strip_suffix("ti") {
                Some(number) if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => {
                    vec![number.to_owned(), "ti".to_owned()]
                }
                _ => vec![word],
            })
            .collect();
        (!words.is_empty()).then_some(Self(words))
    }

    /// The same without the size of its memory; `None` when none was named.
    #[must_use]
    pub fn without_memory(&self) -> Option<Self> {
        let is_memory = |word: &String| {
            let size = word.strip_suffix("gb");
            size.is_some_and(|size| !size.is_empty() && size.bytes().all(|b| b.is_ascii_digit()))
        };
        let rest: Vec<_> = self.0.iter().filter(|word| !is_memory(word)).cloned().collect();
        (!rest.is_empty() && rest.len() < self.0.len()).then_some(Self(rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makers_and_sockets_do_not_matter_and_suffixes_do() {
        let same = |a: &str, b: &str| Model::parse(a) == Model::parse(b);
        assert!(same("NVIDIA GeForce RTX 4090", "rtx 4090"));
        assert!(same("NVIDIA A100-SXM4-80GB", "A100 80GB"));
        assert!(same("RTX 4070Ti", "RTX 4070 Ti"));
        assert!(!same("RTX 4070", "RTX 4070 Ti"));
        assert!(!same("RTX 4090", "RTX 4090 Laptop GPU"));
        assert!(!same("A10", "A100"));
        assert_eq!(Model::parse("NVIDIA"), None);
        assert_eq!(Model::parse("80GB").unwrap().without_memory(), None);
    }
}
