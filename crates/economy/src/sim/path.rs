//! A number that changes over the days.

use serde::{Deserialize, Serialize};

use crate::quantity::Ppm;

/// Days and the values on them, in order of days: linear between two, constant before the first and after the last;
/// one without any is 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Path(pub Vec<(u32, Ppm)>);

impl Path {
    /// The same every day.
    #[must_use]
    pub fn constant(value: Ppm) -> Self {
        Self(vec![(0, value)])
    }

    /// One value until a day, another from that day on.
    #[must_use]
    pub fn step(before: Ppm, day: u32, after: Ppm) -> Self {
        Self(vec![(day.saturating_sub(1), before), (day, after)])
    }

    /// The value on a day.
    #[must_use]
    pub fn at(&self, day: u32) -> Ppm {
        let next = self.0.iter().position(|(known, _)| *known > day);
        let (before, after) = match next {
            Some(0) => (self.0.first(), None),
            Some(next) => (self.0.get(next - 1), self.0.get(next)),
            None => (self.0.last(), None),
        };
        match (before, after) {
            (Some((from, a)), Some((to, b))) => between(u64::from(day - from), u64::from(to - from), *a, *b),
            (Some((_, value)), None) => *value,
            (None, _) => Ppm::ONE,
        }
    }
}

fn between(into: u64, length: u64, from: Ppm, to: Ppm) -> Ppm {
    let part = |whole: u64| Ppm::ratio(into, length).unwrap_or_default().of(whole);
    if to >= from {
        return Ppm(from.0.saturating_add(part(to.0 - from.0)));
    }
    Ppm(from.0 - part(from.0 - to.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_between_days_are_linear() {
        let path = Path(vec![(10, Ppm(100)), (20, Ppm(200)), (30, Ppm(0))]);
        let values = [0, 10, 15, 20, 25, 30, 99].map(|day| path.at(day).0);
        assert_eq!(values, [100, 100, 150, 200, 100, 0, 0]);
        assert_eq!(Path::default().at(7), Ppm::ONE);
        let step = Path::step(Ppm(9), 5, Ppm(3));
        assert_eq!([0, 4, 5, 6].map(|day| step.at(day).0), [9, 9, 3, 3]);
    }
}
