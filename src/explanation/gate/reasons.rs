//! The gate of reasons and statements: nothing is told without the verdict that allows it.

use crate::explanation::record::Record;
use crate::explanation::statements::{MOST_SUFFICIENT, SufficientStatus};

/// G29. A named reason has a licence that holds, and whose verdicts are those of its numbers; what failed is not named;
/// statements say no more than their verdict.
pub(super) fn licensed(record: &Record) -> Option<String> {
    let attribution = |id: &str| {
        let mut features = record.attribution.features.iter();
        features.find(|item| item.feature == id).map_or(f64::NAN, |item| item.value)
    };
    let reasons = &record.reasons;
    for reason in &reasons.named {
        let Some(licence) = reason.licence else {
            return Some(format!("{} is a reason without checks", reason.feature));
        };
        if !licence.holds() {
            return Some(format!("{} is a reason that failed a check", reason.feature));
        }
    }
    for reason in reasons.named.iter().chain(&reasons.uncertain) {
        let value = attribution(&reason.feature);
        if !reason.licence.is_some_and(|licence| licence.is_consistent(value)) {
            return Some(format!("{} has verdicts that its numbers do not give", reason.feature));
        }
    }
    let statements = record.statements.as_ref()?;
    let sufficient = &statements.sufficient;
    let proven = sufficient.status == SufficientStatus::Proven;
    if !proven && (!sufficient.features.is_empty() || sufficient.smallest) {
        return Some("details are called enough, and that is not proven".to_owned());
    }
    let sound = sufficient.features.len() <= sufficient.most && sufficient.most <= MOST_SUFFICIENT;
    if !sound {
        return Some(format!("{} details that are enough", sufficient.features.len()));
    }
    let mut necessary = statements.necessary.iter();
    let wrong = necessary.find(|item| item.always && item.turned != item.others);
    if let Some(item) = wrong {
        return Some(format!("{} is called necessary, and is not always", item.feature));
    }
    // What is enough alone cannot leave the result to another detail.
    let details = record.details.as_ref()?;
    let mut turning = details.turning.iter();
    let outside = turning.find(|detail| proven && !sufficient.features.contains(&detail.feature));
    outside.map(|detail| format!("{} turns a result that other details settle", detail.feature))
}
