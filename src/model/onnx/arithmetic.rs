//! Numbers from one or two numbers, in the width of their tensor.

use std::sync::Arc;

use super::super::Shape;
use super::super::link::rational_logistic;
use super::program::Elem;

/// A number from one.
#[derive(Clone, Debug)]
pub(super) enum Unary {
    /// In the width of the tensor that it goes to.
    Cast,
    Negative,
    Absolute,
    Not,
    Exp,
    Log,
    Sqrt,
    Sigmoid,
    Tanh,
    Relu,
    Erf,
    Reciprocal,
    Floor,
    Ceil,
    /// To the nearest, halves to even.
    Round,
    Sign,
    Softplus,
    IsNan,
    IsInfinite,
    /// One number stands for another, which may be NaN.
    Fill(f64, f64),
    Clip(f64, f64),
    /// 1 above, else 0.
    Above(f64),
    /// 1 if equal; of a missing number `Equals::1`.
    Equals(f64, f64),
    /// From a table of keys and values, sorted by key; last for any other and for a missing number.
    Lookup(Arc<[(f64, f64)]>, f64, f64),
    LeakyRelu(f64),
    Elu(f64),
    /// Less an offset, times a scale.
    Scaled(f64, f64),
}

/// A number from two.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Pow,
    Min,
    Max,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    And,
    Or,
    Xor,
    Mod,
    PRelu,
}

fn truth(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

impl Unary {
    /// The number, for a tensor of `elem`.
    pub fn apply(&self, x: f64, elem: Elem) -> f64 {
        if let Unary::Lookup(table, other, missing) = self {
            return match table.binary_search_by(|(key, _)| key.total_cmp(&x)) {
                _ if x.is_nan() => *missing,
                Ok(at) => table.get(at).map_or(*other, |(_, value)| *value),
                Err(_) => *other,
            };
        }
        if elem == Elem::Single { f64::from(self.single(x as f32)) } else { self.double(x, elem) }
    }

    fn double(&self, x: f64, elem: Elem) -> f64 {
        match self {
            Unary::Cast => match elem {
                Elem::Whole => x.trunc(),
                Elem::Truth => truth(x != 0.0),
                _ => x,
            },
            Unary::Negative => -x,
            Unary::Absolute => x.abs(),
            Unary::Not => truth(x == 0.0),
            Unary::Exp => pxfm::f_exp(x),
            Unary::Log => pxfm::f_log(x),
            Unary::Sqrt => x.sqrt(),
            Unary::Sigmoid => {
                let above = 1.0 / (1.0 + pxfm::f_exp(-x.abs()));
                if x < 0.0 { 1.0 - above } else { above }
            }
            Unary::Tanh => pxfm::f_tanh(x),
            Unary::Relu => {
                if x < 0.0 {
                    0.0
                } else {
                    x
                }
            }
            Unary::Erf => pxfm::f_erf(x),
            Unary::Reciprocal => 1.0 / x,
            Unary::Floor => x.floor(),
            Unary::Ceil => x.ceil(),
            Unary::Round => x.round_ties_even(),
            Unary::Sign => {
                if x == 0.0 || x.is_nan() {
                    x
                } else {
                    x.signum()
                }
            }
            Unary::Softplus => {
                if x > 0.0 {
                    x + pxfm::f_log1p(pxfm::f_exp(-x))
                } else {
                    pxfm::f_log1p(pxfm::f_exp(x))
                }
            }
            Unary::IsNan => truth(x.is_nan()),
            Unary::IsInfinite => truth(x.is_infinite()),
            Unary::Fill(from, to) => {
                if x == *from || (from.is_nan() && x.is_nan()) {
                    *to
                } else {
                    x
                }
            }
            Unary::Clip(low, high) => {
                if x.is_nan() {
                    x
                } else {
                    x.max(*low).min(*high)
                }
            }
            Unary::Above(at) => truth(x > *at),
            Unary::Equals(to, missing) => {
                if x.is_nan() {
                    *missing
                } else {
                    truth(x == *to)
                }
            }
            Unary::Lookup(..) => f64::NAN,
            Unary::LeakyRelu(slope) => {
                if x < 0.0 {
                    slope * x
                } else {
                    x
                }
            }
            Unary::Elu(scale) => {
                if x < 0.0 {
                    scale * pxfm::f_expm1(x)
                } else {
                    x
                }
            }
            Unary::Scaled(offset, scale) => (x - offset) * scale,
        }
    }

    fn single(&self, x: f32) -> f32 {
        match self {
            Unary::Sigmoid => rational_logistic(x),
            Unary::Exp => pxfm::f_expf(x),
            Unary::Log => pxfm::f_logf(x),
            Unary::Sqrt => x.sqrt(),
            Unary::Reciprocal => 1.0 / x,
            Unary::Scaled(offset, scale) => (x - *offset as f32) * *scale as f32,
            Unary::LeakyRelu(slope) => {
                if x < 0.0 {
                    *slope as f32 * x
                } else {
                    x
                }
            }
            // Exact, or rounded once from double precision.
            _ => self.double(f64::from(x), Elem::Single) as f32,
        }
    }

    /// How the number moves with the one it is from.
    pub fn shape(&self) -> Shape {
        match self {
            Unary::Cast
            | Unary::Exp
            | Unary::Relu
            | Unary::Floor
            | Unary::Ceil
            | Unary::Round
            | Unary::Clip(..)
            | Unary::Above(_) => Shape::Rising,
            Unary::Fill(from, _) if from.is_nan() => Shape::Rising,
            Unary::Scaled(offset, scale) if offset.is_finite() && scale.is_finite() => {
                if *scale > 0.0 {
                    Shape::Rising
                } else if *scale < 0.0 {
                    Shape::Falling
                } else {
                    Shape::Any
                }
            }
            Unary::Negative | Unary::Not => Shape::Falling,
            _ => Shape::Any,
        }
    }
}

impl Binary {
    /// The number, for a tensor of `elem`.
    pub fn apply(self, a: f64, b: f64, elem: Elem) -> f64 {
        let whole = elem == Elem::Whole;
        let double = match self {
            Binary::Add => a + b,
            Binary::Sub => a - b,
            Binary::Mul => a * b,
            Binary::Div if whole => (a / b).trunc(),
            Binary::Div => a / b,
            Binary::Pow if b == 2.0 => a * a,
            Binary::Pow => pxfm::f_pow(a, b),
            Binary::Min => {
                if a.is_nan() || b.is_nan() {
                    f64::NAN
                } else {
                    a.min(b)
                }
            }
            Binary::Max => {
                if a.is_nan() || b.is_nan() {
                    f64::NAN
                } else {
                    a.max(b)
                }
            }
            Binary::Less => truth(a < b),
            Binary::LessOrEqual => truth(a <= b),
            Binary::Greater => truth(a > b),
            Binary::GreaterOrEqual => truth(a >= b),
            Binary::Equal => truth(a == b),
            Binary::And => truth(a != 0.0 && b != 0.0),
            Binary::Or => truth(a != 0.0 || b != 0.0),
            Binary::Xor => truth((a != 0.0) != (b != 0.0)),
            Binary::Mod => a - b * (a / b).floor(),
            Binary::PRelu => {
                if a < 0.0 {
                    a * b
                } else {
                    a
                }
            }
        };
        // A sum, product or quotient of two singles in double, rounded, is the one in single precision.
        if elem == Elem::Single { f64::from(double as f32) } else { double }
    }

    /// How the number moves with the one that is not the constant; `second` if that is the second.
    pub fn shape(self, constant: f64, second: bool) -> Shape {
        if !constant.is_finite() {
            return Shape::Any;
        }
        let rising = match self {
            Binary::Add | Binary::Min | Binary::Max => true,
            Binary::Sub | Binary::Greater | Binary::GreaterOrEqual => !second,
            Binary::Less | Binary::LessOrEqual => second,
            Binary::Mul if constant != 0.0 => constant > 0.0,
            Binary::Div if constant != 0.0 && !second => constant > 0.0,
            _ => return Shape::Any,
        };
        if rising { Shape::Rising } else { Shape::Falling }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn singles_are_rounded_at_every_step() {
        let scaled = Unary::Scaled(f64::from(0.1f32), f64::from(0.3f32));
        assert_eq!(scaled.apply(f64::from(0.7f32), Elem::Single), f64::from((0.7f32 - 0.1) * 0.3));
        assert_eq!(Binary::Add.apply(1.0, 1e-9, Elem::Single), 1.0);
        assert_eq!(Binary::Div.apply(7.0, 2.0, Elem::Whole), 3.0);
        assert_eq!(Unary::Cast.apply(-2.7, Elem::Whole), -2.0);
        let table = Unary::Lookup([(1.0, 5.0), (3.0, 6.0)].into(), -1.0, 9.0);
        assert_eq!(
            [1.0, 2.0, 3.0, f64::NAN].map(|x| table.apply(x, Elem::Whole)),
            [5.0, -1.0, 6.0, 9.0]
        );
        assert!(Unary::Relu.apply(f64::NAN, Elem::Single).is_nan());
    }
}
