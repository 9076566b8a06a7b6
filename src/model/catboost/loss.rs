//! The loss function: what CatBoost's `predict` gives for it, and what its classes are called.

use serde::Deserialize;
use serde_json::Value;

use super::divisions::Settings;
use crate::fault::Checked;
use crate::model::Link;
use crate::model::fault::{structure, unsupported};

/// What a file says about the objective, in pieces of JSON that both forms carry.
#[derive(Deserialize, Default)]
pub(super) struct Parameters {
    loss_function: Option<Loss>,
    #[serde(default)]
    data_processing_options: Options,
    /// How statistics of categories were made.
    pub cat_feature_params: Option<Settings>,
}

#[derive(Deserialize)]
struct Loss {
    #[serde(rename = "type")]
    name: String,
}

#[derive(Deserialize, Default)]
struct Options {
    #[serde(default)]
    class_names: Vec<Value>,
}

/// Class labels.
#[derive(Deserialize, Default)]
pub(super) struct Classes {
    #[serde(default)]
    class_names: Vec<Value>,
    #[serde(default)]
    classes_count: usize,
    #[serde(default)]
    class_to_label: Vec<f64>,
}

/// A loss function with the labels of its classes.
pub(super) struct Objective {
    /// None where the file does not say it.
    loss: Option<String>,
    labels: Vec<String>,
}

impl Objective {
    /// The objective, and its labels where CatBoost looks for them. `alone` is the loss function in JSON, which a sum of
    /// models has instead of the parameters.
    pub fn of(
        parameters: Option<Parameters>,
        classes: Option<Classes>,
        alone: Option<&str>,
    ) -> Result<Self, serde_json::Error> {
        let parameters = parameters.unwrap_or_default();
        let classes = classes.unwrap_or_default();
        let mut labels: Vec<String> = classes.class_names.iter().map(label).collect();
        // More classes than any model has outputs; a declared count must not be allocated unseen.
        if labels.is_empty() && classes.classes_count < 1 << 16 {
            labels = (0..classes.classes_count).map(|c| c.to_string()).collect();
        }
        if labels.is_empty() {
            labels = classes.class_to_label.iter().map(|l| (*l as i64).to_string()).collect();
        }
        if labels.is_empty() {
            labels = parameters.data_processing_options.class_names.iter().map(label).collect();
        }
        let alone = alone.map(serde_json::from_str::<Loss>).transpose()?;
        let loss = parameters.loss_function.or(alone).map(|loss| loss.name);
        Ok(Objective { loss, labels })
    }

    /// The loss function in CatBoost's words.
    pub fn name(&self) -> &str {
        self.loss.as_deref().unwrap_or("unknown")
    }

    /// What CatBoost's `predict` gives by default, and of classes the probabilities.
    pub fn link(&self, file: &str, outputs: usize) -> Checked<Link> {
        let Some(loss) = self.loss.as_deref() else {
            return Ok(Link::Identity);
        };
        let logistic = Link::Logistic { slope: 1.0 };
        // Link, and how many outputs: one, several, or as many as there are.
        let (link, fits, expected) = match loss {
            "Logloss" | "CrossEntropy" | "Focal" => (logistic, outputs == 1, "one"),
            "MultiClass" => (Link::Softmax, outputs > 1, "one an output"),
            "MultiClassOneVsAll" => (logistic, outputs > 1, "one an output"),
            "MultiLogloss" | "MultiCrossEntropy" => (logistic, outputs > 0, "one an output"),
            "Poisson" | "Tweedie" => (Link::Exp, outputs == 1, "one"),
            "RMSEWithUncertainty" => (Link::MeanVariance, outputs == 2, "mean and variance"),
            "MultiRMSE"
            | "MultiRMSEWithMissingValues"
            | "MultiQuantile"
            | "PythonUserDefinedMultiTarget" => (Link::Identity, outputs > 0, "one an output"),
            "RMSE" | "MAE" | "Quantile" | "GroupQuantile" | "LogLinQuantile" | "MAPE" | "RMSPE"
            | "Lq" | "Expectile" | "Huber" | "LogCosh" | "Cox" | "SurvivalAft" | "YetiRank"
            | "YetiRankPairwise" | "PairLogit" | "PairLogitPairwise" | "QueryRMSE"
            | "QuerySoftMax" | "QueryCrossEntropy" | "LambdaMart" | "StochasticFilter"
            | "StochasticRank" => (Link::Identity, outputs == 1, "one"),
            "PythonUserDefinedPerObject" => (Link::Identity, outputs > 0, "one an output"),
            other => {
                return Err(unsupported(file, format!("the loss function `{other}` of CatBoost")));
            }
        };
        if fits {
            return Ok(link);
        }
        Err(structure(file, format!("{outputs} biases with the loss function `{loss}`"), expected))
    }

    /// The names of the classes, one an output; none of a single output.
    pub fn classes(&self, file: &str, outputs: usize) -> Checked<Vec<String>> {
        match (outputs, self.labels.len()) {
            (..=1, _) => Ok(Vec::new()),
            (_, 0) => Ok((0..outputs).map(|c| c.to_string()).collect()),
            (_, count) if count != outputs => {
                let found = format!("{count} class names");
                Err(structure(file, found, format!("{outputs}, one an output")))
            }
            _ => Ok(self.labels.clone()),
        }
    }

    /// The class that the one output of a classifier is for: the second.
    pub fn positive(&self, outputs: usize) -> Option<String> {
        match self.labels.as_slice() {
            [_, positive] if outputs == 1 => Some(positive.clone()),
            _ => None,
        }
    }

    /// What a user of the model should know.
    pub fn notes(&self) -> Vec<String> {
        let unknown = "The file does not say its loss function: the value is the raw score.";
        let user =
            "The loss function is a program of the model's owner: the value is the raw score.";
        match self.loss.as_deref() {
            None => vec![unknown.to_owned()],
            Some(loss) if loss.starts_with("PythonUserDefined") => vec![user.to_owned()],
            Some(_) => Vec::new(),
        }
    }
}

/// A class label as Python prints it.
fn label(label: &Value) -> String {
    match label {
        Value::String(name) => name.clone(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        other => other.to_string(),
    }
}
