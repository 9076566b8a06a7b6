//! What an XGBoost objective makes of raw scores, and of the base score in the file.

use super::super::Link;

/// A version of the library that wrote a file: major, minor, patch.
pub(super) type Version = [u32; 3];

/// What an objective means for reading a model.
pub(super) struct Objective {
    /// From raw scores to predictions.
    pub link: Link,
    /// From the base scores, which are stored as predictions, to raw scores, in single precision.
    margins: fn(&mut [f32]),
    /// What a user should know, as sentences.
    pub notes: Vec<String>,
}

impl Objective {
    /// The objective of a name, as the given version computes it; none for an unknown one. `alphas` are the quantiles or
    /// expectiles of objectives that have some, as the file has them.
    pub(super) fn named(name: &str, version: Version, alphas: Option<&str>) -> Option<Objective> {
        let same = |_: &mut [f32]| {};
        let logarithm = |base: &mut [f32]| base.iter_mut().for_each(|b| *b = pxfm::f_logf(*b));
        let (link, margins): (Link, fn(&mut [f32])) = match name {
            // A base score at the end of its range is moved inwards since version 3.2, and refused before.
            "binary:logistic" | "reg:logistic" if version >= [3, 2, 0] => {
                (Link::Logistic { slope: 1.0 }, |base| {
                    base.iter_mut().for_each(|b| *b = inner_logit(*b))
                })
            }
            "binary:logistic" | "reg:logistic" => {
                (Link::Logistic { slope: 1.0 }, |base| base.iter_mut().for_each(|b| *b = logit(*b)))
            }
            "multi:softprob" | "multi:softmax" => (Link::Softmax, same),
            "binary:hinge" => (Link::Step, same),
            "binary:logitraw"
            | "reg:squarederror"
            | "reg:linear"
            | "reg:squaredlogerror"
            | "reg:absoluteerror"
            | "reg:pseudohubererror"
            | "rank:pairwise"
            | "rank:ndcg"
            | "rank:map" => (Link::Identity, same),
            // Since version 3.4 the quantiles of a row are put in order.
            "reg:quantileerror" if version >= [3, 4, 0] => (Link::Ascending, same),
            "reg:quantileerror" => (Link::Identity, same),
            "reg:expectileerror" => (Link::RisingSoftplus, softplus_steps),
            "count:poisson" | "reg:gamma" | "reg:tweedie" | "survival:cox" | "survival:aft" => {
                (Link::Exp, logarithm)
            }
            _ => return None,
        };
        let mut notes = Vec::new();
        if name == "multi:softmax" {
            notes.push(
                "The library prints the most probable class (multi:softmax); the probabilities behind it are given here."
                    .to_owned(),
            );
        }
        if let Some(alphas) = alphas {
            let what = if name == "reg:quantileerror" { "quantiles" } else { "expectiles" };
            notes.push(format!("The outputs are the {what} {alphas}, in this order."));
        }
        Some(Objective { link, margins, notes })
    }

    /// The base scores of all outputs as raw scores.
    ///
    /// # Errors
    /// What was expected of the text instead.
    pub(super) fn base(&self, text: &str, outputs: usize) -> Result<Vec<f32>, &'static str> {
        // `3E-1` (before version 3.1) or `[3E-1]`, `[a,b,c]` (since).
        let inner = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
        let number = |part: &str| part.trim().parse::<f32>();
        let mut base: Vec<f32> =
            inner.split(',').map(number).collect::<Result<_, _>>().map_err(|_| "numbers")?;
        if base.len() == 1 {
            base.resize(outputs, base.first().copied().unwrap_or_default());
        }
        if base.len() != outputs {
            return Err("one number, or one an output");
        }
        if !base.iter().all(|b| b.is_finite()) {
            return Err("finite numbers");
        }
        (self.margins)(&mut base);
        match base.iter().all(|b| b.is_finite()) {
            true => Ok(base),
            false => Err("numbers inside the range of the objective"),
        }
    }
}

/// XGBoost's `kRtEps`.
const NEARLY_ZERO: f32 = 1e-6;

fn inner_logit(p: f32) -> f32 {
    match (0.0..=1.0).contains(&p) {
        true => logit(p.clamp(NEARLY_ZERO, 1.0 - NEARLY_ZERO)),
        false => f32::NAN,
    }
}

fn logit(p: f32) -> f32 {
    -pxfm::f_logf(1.0 / p - 1.0)
}

/// The first expectile stands for itself; each further one is the softplus of a number above the one before it.
fn softplus_steps(base: &mut [f32]) {
    let mut before = base.first().copied().unwrap_or_default();
    for base in base.iter_mut().skip(1) {
        let gap = (*base - before - NEARLY_ZERO).max(NEARLY_ZERO);
        before = *base;
        *base = gap + pxfm::f_logf(-pxfm::f_expm1f(-gap));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_scores_become_raw_scores() {
        let base = |name: &str, version, text: &str, outputs| {
            Objective::named(name, version, None).unwrap().base(text, outputs)
        };
        assert_eq!(base("binary:logistic", [2, 1, 4], "5E-1", 1), Ok(vec![0.0]));
        assert!(base("binary:logistic", [2, 1, 4], "1", 1).is_err());
        assert!(base("binary:logistic", [3, 2, 0], "[1E0]", 1).unwrap()[0] > 13.0);
        assert_eq!(base("multi:softprob", [3, 4, 1], "[1E0,-2E0]", 2), Ok(vec![1.0, -2.0]));
        assert_eq!(base("multi:softprob", [1, 7, 6], "5E-1", 3), Ok(vec![0.5; 3]));
        assert!(base("multi:softprob", [3, 4, 1], "[1E0,-2E0]", 3).is_err());
        assert!(base("count:poisson", [3, 4, 1], "0", 1).is_err());
        for text in ["[NaN]", "1E999", "-1", "2"] {
            for version in [[1, 7, 6], [3, 4, 1]] {
                assert!(base("binary:logistic", version, text, 1).is_err(), "{text}");
            }
        }
        assert!(base("reg:squarederror", [3, 4, 1], "1E999", 1).is_err());
        assert!(base("reg:gamma", [3, 4, 1], "[NaN]", 1).is_err());
        assert!(base("reg:gamma", [3, 4, 1], "", 1).is_err());
        assert!(Objective::named("reg:unheard", [3, 4, 1], None).is_none());
    }
}
