//! Stretches of time, in whole seconds.

/// From `start` until before `end`, seconds of chain time. Empty when the end is not after the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First second.
    pub start: u64,
    /// The second after the last.
    pub end: u64,
}

impl Span {
    /// From `start` until before `end`.
    #[must_use]
    pub const fn new(start: u64, end: u64) -> Self {
        Self { start, end }
    }

    /// Its length.
    #[must_use]
    pub const fn seconds(self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    /// What both share; may be empty.
    #[must_use]
    pub fn overlap(self, other: Self) -> Self {
        Self::new(self.start.max(other.start), self.end.min(other.end))
    }
}

/// A set of seconds, as sorted spans that neither touch nor overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seconds(Vec<Span>);

impl Seconds {
    /// The seconds of any spans, in any order, overlapping or not.
    #[must_use]
    pub fn new(spans: impl IntoIterator<Item = Span>) -> Self {
        let mut sorted: Vec<_> = spans.into_iter().filter(|span| span.seconds() > 0).collect();
        sorted.sort_unstable();
        let mut merged: Vec<Span> = Vec::with_capacity(sorted.len());
        for span in sorted {
            match merged.last_mut() {
                Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
                _ => merged.push(span),
            }
        }
        Self(merged)
    }

    /// How many.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.iter().map(|span| span.seconds()).sum()
    }

    /// Whether this second is one of them.
    #[must_use]
    pub fn contains(&self, second: u64) -> bool {
        self.0
            .iter()
            .any(|span| span.start <= second && second < span.end)
    }

    /// Those of either.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self::new(self.0.iter().chain(&other.0).copied())
    }

    /// Those of both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self::new(self.0.iter().flat_map(|a| other.0.iter().map(|b| a.overlap(*b))))
    }

    /// Those of this that the other has not.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        let mut left = self.0.clone();
        for cut in &other.0 {
            let parts = |span: Span| {
                let before = Span::new(span.start, span.end.min(cut.start));
                let after = Span::new(span.start.max(cut.end), span.end);
                [before, after]
            };
            left = left
                .into_iter()
                .flat_map(parts)
                .filter(|span| span.seconds() > 0)
                .collect();
        }
        Self(left)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any() -> impl Strategy<Value = Vec<(u64, u64)>> {
        prop::collection::vec((0..60_u64, 0..60_u64), 0..6)
    }

    proptest! {
        #[test]
        fn sets_agree_with_second_by_second(a in any(), b in any()) {
            let set = |spans: &[(u64, u64)]| Seconds::new(spans.iter().map(|(s, e)| Span::new(*s, *e)));
            let has = |spans: &[(u64, u64)], at: u64| spans.iter().any(|(s, e)| *s <= at && at < *e);
            let (x, y) = (set(&a), set(&b));
            let count = |test: &dyn Fn(u64) -> bool| (0..60).filter(|at| test(*at)).count() as u64;
            prop_assert_eq!(x.count(), count(&|at| has(&a, at)));
            prop_assert_eq!(x.or(&y).count(), count(&|at| has(&a, at) || has(&b, at)));
            prop_assert_eq!(x.and(&y).count(), count(&|at| has(&a, at) && has(&b, at)));
            prop_assert_eq!(x.without(&y).count(), count(&|at| has(&a, at) && !has(&b, at)));
        }
    }
}
