//! PMML's built-in functions.
//!
//! Arithmetic with a missing value is missing; the aggregates pass missing values over; `and` and `or` know three truths.

use super::combined::median;
use super::expression::{Moves, Row, Shared, Type};

/// A built-in function of numbers, texts or truths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// A function of one number.
    One(One),
    /// A function of two numbers; the result is rounded to single precision where both are single, cut off where both
    /// are whole.
    Two(Two, Type),
    /// A function of a normal distribution: of a number, the mean, the standard deviation.
    Normal(Normal),
    /// The numbers that are there, put together.
    Many(Many),
    /// Whether a value is missing, or is not.
    Missing(bool),
    /// A comparison of two values.
    Compare(Compare),
    /// All true.
    And,
    /// Any true.
    Or,
    /// Not true.
    Not,
    /// The first value is one of the others, or is not.
    In(bool),
    /// The second value if the first is true, else the third.
    If,
}

/// Functions of one number.
#[allow(missing_docs)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum One {
    Ln,
    Ln1p,
    Log10,
    Exp,
    Expm1,
    Sqrt,
    Abs,
    Floor,
    Ceil,
    Round,
    Rint,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Sinh,
    Cosh,
    Tanh,
    Erf,
    NormalShare,
    NormalDensity,
    NormalQuantile,
}

/// Functions of a normal distribution.
#[allow(missing_docs)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Normal {
    Share,
    Density,
    Quantile,
}

/// Functions of two numbers.
#[allow(missing_docs)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Two {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    Threshold,
    Hypot,
    Atan2,
}

/// Functions of many numbers.
#[allow(missing_docs)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Many {
    Min,
    Max,
    Sum,
    Mean,
    Median,
    Product,
}

/// Comparisons.
#[allow(missing_docs)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Compare {
    /// Whether the comparison holds.
    pub fn holds(self, a: f64, b: f64) -> bool {
        match self {
            Compare::Equal => a == b,
            Compare::NotEqual => a != b,
            Compare::Less => a < b,
            Compare::LessOrEqual => a <= b,
            Compare::Greater => a > b,
            Compare::GreaterOrEqual => a >= b,
        }
    }

    /// Whether it needs an order.
    pub fn is_order(self) -> bool {
        !matches!(self, Compare::Equal | Compare::NotEqual)
    }

    /// The comparison that a predicate or function names.
    pub fn named(name: &str) -> Option<Compare> {
        Some(match name {
            "equal" => Compare::Equal,
            "notEqual" => Compare::NotEqual,
            "lessThan" => Compare::Less,
            "lessOrEqual" => Compare::LessOrEqual,
            "greaterThan" => Compare::Greater,
            "greaterOrEqual" => Compare::GreaterOrEqual,
            _ => return None,
        })
    }
}

/// A function, and the type of its result, by name, for arguments of the given types.
///
/// # Errors
/// A clause: an unknown function, arguments that do not fit.
pub fn resolve(name: &str, of: &[Shared]) -> Result<(Function, Type), String> {
    let types: Vec<Type> = of.iter().map(|of| of.ty).collect();
    let numbers = |least: usize, most: usize| {
        if of.len() < least || of.len() > most {
            return Err(format!("the function `{name}` of {} values", of.len()));
        }
        match types.iter().all(|ty| ty.is_number()) {
            true => Ok(()),
            false => Err(format!("the function `{name}` of values that are no numbers")),
        }
    };
    let common = match types.as_slice() {
        types if types.contains(&Type::Double) => Type::Double,
        types if types.contains(&Type::Float) => Type::Float,
        _ => Type::Integer,
    };
    let one = |one: One, ty: Type| numbers(1, 1).map(|()| (Function::One(one), ty));
    let two = |two: Two| numbers(2, 2).map(|()| (Function::Two(two, common), common));
    let many = |many: Many, ty: Type| numbers(1, usize::MAX).map(|()| (Function::Many(many), ty));
    let normal = |normal: Normal| numbers(3, 3).map(|()| (Function::Normal(normal), Type::Double));
    let truth = |function: Function, fits: bool| match fits {
        true => Ok((function, Type::Boolean)),
        false => Err(format!("the function `{name}` of such values")),
    };
    let alike = |types: &[Type]| {
        let number = types.iter().all(|ty| ty.is_number());
        number || types.windows(2).all(|pair| matches!(pair, [a, b] if a == b))
    };
    let truths = types.iter().all(|ty| *ty == Type::Boolean);
    if let Some(compare) = Compare::named(name) {
        let ordered = !compare.is_order() || types.iter().all(|ty| ty.is_number());
        return truth(Function::Compare(compare), of.len() == 2 && alike(&types) && ordered);
    }
    let whole = if common == Type::Integer { Type::Double } else { common };
    match name {
        "+" => two(Two::Add),
        "-" => two(Two::Subtract),
        "*" => two(Two::Multiply),
        "/" => two(Two::Divide),
        "modulo" => two(Two::Modulo),
        "pow" => two(Two::Power),
        "threshold" => two(Two::Threshold),
        "hypot" => numbers(2, 2).map(|()| (Function::Two(Two::Hypot, Type::Double), Type::Double)),
        "atan2" => numbers(2, 2).map(|()| (Function::Two(Two::Atan2, Type::Double), Type::Double)),
        "min" => many(Many::Min, common),
        "max" => many(Many::Max, common),
        "sum" if common != Type::Float => many(Many::Sum, common),
        "product" if common != Type::Float => many(Many::Product, common),
        "avg" if common != Type::Float => many(Many::Mean, whole),
        "median" => many(Many::Median, whole),
        "normalCDF" => normal(Normal::Share),
        "normalPDF" => normal(Normal::Density),
        "normalIDF" => normal(Normal::Quantile),
        "stdNormalPDF" => one(One::NormalDensity, Type::Double),
        "stdNormalIDF" => one(One::NormalQuantile, Type::Double),
        "ln" => one(One::Ln, Type::Double),
        "ln1p" => one(One::Ln1p, Type::Double),
        "log10" => one(One::Log10, Type::Double),
        "exp" => one(One::Exp, Type::Double),
        "expm1" => one(One::Expm1, Type::Double),
        "sqrt" => one(One::Sqrt, Type::Double),
        "abs" => one(One::Abs, common),
        "floor" => one(One::Floor, Type::Integer),
        "ceil" => one(One::Ceil, Type::Integer),
        "round" => one(One::Round, Type::Integer),
        "rint" => one(One::Rint, common),
        "sin" => one(One::Sin, Type::Double),
        "cos" => one(One::Cos, Type::Double),
        "tan" => one(One::Tan, Type::Double),
        "asin" => one(One::Asin, Type::Double),
        "acos" => one(One::Acos, Type::Double),
        "atan" => one(One::Atan, Type::Double),
        "sinh" => one(One::Sinh, Type::Double),
        "cosh" => one(One::Cosh, Type::Double),
        "tanh" => one(One::Tanh, Type::Double),
        "erf" => one(One::Erf, Type::Double),
        "stdNormalCDF" => one(One::NormalShare, Type::Double),
        "isMissing" => truth(Function::Missing(true), of.len() == 1),
        "isNotMissing" => truth(Function::Missing(false), of.len() == 1),
        "and" => truth(Function::And, of.len() >= 2 && truths),
        "or" => truth(Function::Or, of.len() >= 2 && truths),
        "not" => truth(Function::Not, of.len() == 1 && truths),
        "isIn" => truth(Function::In(true), of.len() >= 2 && alike(&types)),
        "isNotIn" => truth(Function::In(false), of.len() >= 2 && alike(&types)),
        "if" => match types.as_slice() {
            [Type::Boolean, then] => Ok((Function::If, *then)),
            [Type::Boolean, then, other] if then == other => Ok((Function::If, *then)),
            [Type::Boolean, then, other] if then.is_number() && other.is_number() => {
                let float = [then, other].contains(&&Type::Float);
                match (float, [then, other].contains(&&Type::Double)) {
                    (_, true) => Ok((Function::If, Type::Double)),
                    _ => Ok((Function::If, Type::Float)),
                }
            }
            _ => Err("the function `if` of such values".to_owned()),
        },
        "replace" | "matches" => {
            Err(format!("the function `{name}`: regular expressions differ between programs"))
        }
        "formatNumber" | "formatDatetime" => {
            Err(format!("the function `{name}`: how a text is formatted differs between programs"))
        }
        name if name.starts_with("date") => {
            Err(format!("the function `{name}`: columns are numbers and texts, not dates"))
        }
        _ => Err(format!("the function `{name}`")),
    }
}

fn truth(x: f64) -> Option<bool> {
    (!x.is_nan()).then_some(x != 0.0)
}

fn number(truth: Option<bool>) -> f64 {
    truth.map_or(f64::NAN, |truth| f64::from(u8::from(truth)))
}

impl Function {
    /// The result for a row.
    pub fn of(self, of: &[Shared], row: Row<'_>) -> f64 {
        let at = |i: usize| of.get(i).map_or(f64::NAN, |of| of.of(row));
        match self {
            Function::One(one) => one.of(at(0)),
            Function::Two(two, ty) => {
                let result = two.of(at(0), at(1));
                match ty {
                    Type::Float => f64::from(result as f32),
                    Type::Integer => result.trunc(),
                    _ => result,
                }
            }
            Function::Normal(normal) => normal.of(at(0), at(1), at(2)),
            Function::Many(many) => many.of(of.iter().map(|of| of.of(row)).filter(|x| !x.is_nan())),
            Function::Missing(missing) => f64::from(u8::from(at(0).is_nan() == missing)),
            Function::Compare(compare) => match (at(0), at(1)) {
                (a, b) if a.is_nan() || b.is_nan() => f64::NAN,
                (a, b) => f64::from(u8::from(compare.holds(a, b))),
            },
            Function::And | Function::Or => {
                // What one value decides alone.
                let decides = self == Function::Or;
                let mut result = Some(!decides);
                for of in of {
                    match truth(of.of(row)) {
                        Some(value) if value == decides => return number(Some(decides)),
                        None => result = None,
                        _ => {}
                    }
                }
                number(result)
            }
            Function::Not => number(truth(at(0)).map(|truth| !truth)),
            Function::In(inside) => {
                // A missing value is none of the others, and that is an answer.
                let x = at(0);
                let listed = of.iter().skip(1).any(|of| of.of(row) == x);
                f64::from(u8::from(listed == inside))
            }
            Function::If => match truth(at(0)) {
                None => f64::NAN,
                Some(true) => at(1),
                Some(false) => at(2),
            },
        }
    }

    /// How the result moves with the one feature that all arguments depend on; with each argument's movement comes its
    /// value if it is a constant.
    pub fn moves(self, of: &[Shared], moves: &[(Moves, Option<f64>)]) -> Moves {
        let both = |a: Moves, b: Moves| match (a, b) {
            (Moves::Not, other) | (other, Moves::Not) => other,
            (a, b) if a == b => a,
            _ => Moves::Unknown,
        };
        match (self, moves) {
            (Function::Two(Two::Add, _), [(a, ca), (b, cb)])
                if ca.or(*cb).is_some_and(f64::is_finite) =>
            {
                both(*a, *b)
            }
            (Function::Two(Two::Subtract, _), [(a, ca), (b, cb)])
                if ca.or(*cb).is_some_and(f64::is_finite) =>
            {
                both(*a, b.turned())
            }
            (
                Function::Two(Two::Multiply, _),
                [(m, None), (_, Some(c))] | [(_, Some(c)), (m, None)],
            )
            | (Function::Two(Two::Divide, _), [(m, None), (_, Some(c))])
                if c.is_finite() && *c != 0.0 =>
            {
                if *c > 0.0 {
                    *m
                } else {
                    m.turned()
                }
            }
            (Function::Many(Many::Min | Many::Max), moves) => {
                moves.iter().fold(Moves::Not, |all, (m, _)| both(all, *m))
            }
            (Function::One(One::Floor | One::Ceil | One::Round | One::Rint), [(m, _)]) => *m,
            // A value in the place of a missing one: only the others matter.
            (Function::If, _) => match of {
                [test, then, other] => match &test.expression {
                    super::expression::Expression::Apply(Function::Missing(missing), tested)
                        if tested.iter().all(|t| {
                            matches!(t.expression, super::expression::Expression::Raw(_))
                        }) =>
                    {
                        let kept = if *missing { other } else { then };
                        let place = if *missing { 2 } else { 1 };
                        match moves.get(place) {
                            Some((m, None)) if !kept.sources.is_empty() => *m,
                            _ => Moves::Unknown,
                        }
                    }
                    _ => Moves::Unknown,
                },
                _ => Moves::Unknown,
            },
            _ => Moves::Unknown,
        }
    }
}

impl One {
    fn of(self, x: f64) -> f64 {
        match self {
            One::Ln => pxfm::f_log(x),
            One::Ln1p => pxfm::f_log1p(x),
            One::Log10 => pxfm::f_log10(x),
            One::Exp => pxfm::f_exp(x),
            One::Expm1 => pxfm::f_expm1(x),
            One::Sqrt => x.sqrt(),
            One::Abs => x.abs(),
            One::Floor => x.floor(),
            One::Ceil => x.ceil(),
            // Halves go up, below zero too; the largest number below a half does not.
            One::Round => {
                let down = x.floor();
                if x - down >= 0.5 { down + 1.0 } else { down }
            }
            One::Rint => x.round_ties_even(),
            One::Sin => pxfm::f_sin(x),
            One::Cos => pxfm::f_cos(x),
            One::Tan => pxfm::f_tan(x),
            One::Asin => pxfm::f_asin(x),
            One::Acos => pxfm::f_acos(x),
            One::Atan => pxfm::f_atan(x),
            One::Sinh => pxfm::f_sinh(x),
            One::Cosh => pxfm::f_cosh(x),
            One::Tanh => pxfm::f_tanh(x),
            One::Erf => pxfm::f_erf(x),
            One::NormalShare => Normal::Share.of(x, 0.0, 1.0),
            One::NormalDensity => Normal::Density.of(x, 0.0, 1.0),
            One::NormalQuantile => Normal::Quantile.of(x, 0.0, 1.0),
        }
    }
}

impl Normal {
    /// For a mean and a standard deviation above 0; without one there is no result, as with a missing argument.
    fn of(self, x: f64, mean: f64, deviation: f64) -> f64 {
        use std::f64::consts::{FRAC_1_SQRT_2, PI, SQRT_2};
        if deviation.is_nan() || deviation <= 0.0 {
            return f64::NAN;
        }
        let distance = (x - mean) / deviation;
        match self {
            Normal::Share => 0.5 * pxfm::f_erfc(-distance * FRAC_1_SQRT_2),
            Normal::Density => {
                pxfm::f_exp(-0.5 * distance * distance) / (deviation * (2.0 * PI).sqrt())
            }
            // Φ⁻¹(p) = −√2 · erfc⁻¹(2p)
            Normal::Quantile if (0.0..=1.0).contains(&x) => {
                mean - deviation * SQRT_2 * pxfm::f_erfcinv(2.0 * x)
            }
            Normal::Quantile => f64::NAN,
        }
    }
}

impl Two {
    fn of(self, a: f64, b: f64) -> f64 {
        if a.is_nan() || b.is_nan() {
            return f64::NAN;
        }
        match self {
            Two::Add => a + b,
            Two::Subtract => a - b,
            Two::Multiply => a * b,
            Two::Divide => a / b,
            Two::Modulo => a - (a / b).floor() * b,
            Two::Power => pxfm::f_pow(a, b),
            Two::Threshold => f64::from(u8::from(a > b)),
            Two::Hypot => pxfm::f_hypot(a, b),
            Two::Atan2 => pxfm::f_atan2(a, b),
        }
    }
}

impl Many {
    fn of(self, values: impl Iterator<Item = f64>) -> f64 {
        let values: Vec<f64> = values.collect();
        if values.is_empty() {
            return f64::NAN;
        }
        match self {
            Many::Min => values.into_iter().fold(f64::INFINITY, f64::min),
            Many::Max => values.into_iter().fold(f64::NEG_INFINITY, f64::max),
            Many::Sum => values.into_iter().sum(),
            Many::Median => median(values.into_iter()),
            Many::Mean => values.iter().sum::<f64>() / values.len() as f64,
            Many::Product => values.into_iter().product(),
        }
    }
}
