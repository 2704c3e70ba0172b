//! Where in a file a fault can be switched: the smallest expression around it that can stand twice, or a place where a line can
//! be put.

use crate::mutant::Genre;
use proc_macro2::Span;
use std::collections::BTreeMap;
use std::ops::Range;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr};

/// How a fault is switched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Site {
    /// This expression stands twice, once with the fault, and the switch decides.
    Twice(Range<usize>),
    /// An arm's condition, which is not met where the fault is on.
    Never(Range<usize>),
    /// Behind an arm's pattern: a condition which is not met where the fault is on.
    Condition(usize),
    /// Before a function's first statement: the function returns.
    Return(usize),
    /// It would not compile in the fault's own place either.
    Unviable(&'static str),
    /// There is no way to switch it.
    Nowhere(&'static str),
}

/// All sites of a file, by the kind of fault and the byte at which its span begins.
pub(crate) type Sites = BTreeMap<(Genre, usize), Site>;

/// The sites of a file's text.
pub(crate) fn of(text: &str) -> syn::Result<Sites> {
    let file = syn::parse_file(text)?;
    let mut finder = Finder {
        sites: Sites::new(),
        constant: false,
        around: None,
        bound: false,
    };
    finder.visit_file(&file);
    Ok(finder.sites)
}

struct Finder {
    sites: Sites,
    /// Within what is computed when it is compiled, where no switch can be read.
    constant: bool,
    /// The outermost of the operators directly around: a fault changes which binds more tightly, so all of them are written
    /// twice.
    around: Option<Range<usize>>,
    /// Directly within a chain of conditions that binds names.
    bound: bool,
}

const CONSTANT: &str = "in a constant";
const BINDS: &str = "among conditions that bind names";

fn bytes(node: &impl Spanned) -> Range<usize> {
    joined(node.span())
}

fn joined(span: Span) -> Range<usize> {
    span.byte_range()
}

/// Whether it is a chain of conditions of which one binds names.
fn binds(expr: &Expr) -> bool {
    match expr {
        Expr::Let(_) => true,
        Expr::Binary(it) if matches!(it.op, BinOp::And(_)) => binds(&it.left) || binds(&it.right),
        _ => false,
    }
}

impl Finder {
    fn note(&mut self, genre: Genre, at: usize, site: Site) {
        let site = match (self.constant, site) {
            (_, site @ Site::Unviable(_)) => site,
            (true, _) => Site::Nowhere(CONSTANT),
            (false, site) => site,
        };
        self.sites.insert((genre, at), site);
    }

    /// Visits something that is computed when it is compiled.
    fn fixed(&mut self, visit: impl FnOnce(&mut Self)) {
        let outside = std::mem::replace(&mut self.constant, true);
        visit(self);
        self.constant = outside;
    }

    /// Visits an expression as one that is not an operand of the operators around it.
    fn visit_alone(&mut self, expr: &Expr) {
        let (around, bound) = (self.around.take(), std::mem::take(&mut self.bound));
        self.visit_expr(expr);
        (self.around, self.bound) = (around, bound);
    }

    fn function(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let outside = std::mem::replace(&mut self.constant, signature.constness.is_some());
        if let Some(first) = block.stmts.first() {
            let start = bytes(first).start;
            let site = match &signature.output {
                syn::ReturnType::Type(_, kind) if matches!(**kind, syn::Type::ImplTrait(_)) => {
                    Site::Nowhere("returns a type without a name")
                }
                _ => Site::Return(start),
            };
            self.note(Genre::FnValue, start, site);
        }
        self.visit_block(block);
        self.constant = outside;
        self.fixed(|it| it.visit_signature(signature));
    }
}

impl<'a> Visit<'a> for Finder {
    fn visit_item_fn(&mut self, node: &'a syn::ItemFn) {
        self.function(&node.sig, &node.block);
    }

    fn visit_impl_item_fn(&mut self, node: &'a syn::ImplItemFn) {
        self.function(&node.sig, &node.block);
    }

    fn visit_trait_item_fn(&mut self, node: &'a syn::TraitItemFn) {
        if let Some(block) = &node.default {
            self.function(&node.sig, block);
        }
    }

    fn visit_item_const(&mut self, node: &'a syn::ItemConst) {
        self.fixed(|it| visit::visit_item_const(it, node));
    }

    fn visit_item_static(&mut self, node: &'a syn::ItemStatic) {
        self.fixed(|it| visit::visit_item_static(it, node));
    }

    fn visit_impl_item_const(&mut self, node: &'a syn::ImplItemConst) {
        self.fixed(|it| visit::visit_impl_item_const(it, node));
    }

    fn visit_trait_item_const(&mut self, node: &'a syn::TraitItemConst) {
        self.fixed(|it| visit::visit_trait_item_const(it, node));
    }

    fn visit_type(&mut self, node: &'a syn::Type) {
        self.fixed(|it| visit::visit_type(it, node));
    }

    fn visit_pat(&mut self, node: &'a syn::Pat) {
        self.fixed(|it| visit::visit_pat(it, node));
    }

    fn visit_expr_repeat(&mut self, node: &'a syn::ExprRepeat) {
        self.visit_alone(&node.expr);
        self.fixed(|it| it.visit_alone(&node.len));
    }

    fn visit_variant(&mut self, node: &'a syn::Variant) {
        self.fixed(|it| visit::visit_variant(it, node));
    }

    fn visit_expr(&mut self, node: &'a Expr) {
        match node {
            Expr::Binary(_) => visit::visit_expr(self, node),
            _ => {
                let (around, bound) = (self.around.take(), std::mem::take(&mut self.bound));
                visit::visit_expr(self, node);
                (self.around, self.bound) = (around, bound);
            }
        }
    }

    fn visit_expr_binary(&mut self, node: &'a syn::ExprBinary) {
        let op = bytes(&node.op).start;
        let and = matches!(node.op, BinOp::And(_));
        let bound = self.bound || and && (binds(&node.left) || binds(&node.right));
        if bound && and {
            self.note(Genre::BinaryOperator, op, Site::Unviable(BINDS));
            for side in [&node.left, &node.right] {
                (self.around, self.bound) = (None, true);
                self.visit_expr(side);
            }
        } else {
            let around = self.around.take().unwrap_or_else(|| bytes(node));
            self.note(Genre::BinaryOperator, op, Site::Twice(around.clone()));
            for side in [&node.left, &node.right] {
                (self.around, self.bound) = (Some(around.clone()), false);
                self.visit_expr(side);
            }
        }
        (self.around, self.bound) = (None, false);
    }

    fn visit_expr_unary(&mut self, node: &'a syn::ExprUnary) {
        let site = Site::Twice(bytes(node));
        self.note(Genre::UnaryOperator, bytes(&node.op).start, site);
        visit::visit_expr_unary(self, node);
    }

    fn visit_expr_struct(&mut self, node: &'a syn::ExprStruct) {
        for field in &node.fields {
            let site = Site::Twice(bytes(node));
            self.note(Genre::StructField, bytes(field).start, site);
        }
        visit::visit_expr_struct(self, node);
    }

    fn visit_arm(&mut self, node: &'a syn::Arm) {
        let start = bytes(node).start;
        match &node.guard {
            Some((_, guard)) if binds(guard) => {
                let site = || Site::Nowhere("its condition binds names");
                self.note(Genre::MatchArm, start, site());
                self.note(Genre::MatchArmGuard, bytes(&**guard).start, site());
            }
            Some((_, guard)) => {
                let guard = bytes(&**guard);
                self.note(Genre::MatchArm, start, Site::Never(guard.clone()));
                self.note(Genre::MatchArmGuard, guard.start, Site::Twice(guard));
            }
            None => {
                let site = Site::Condition(bytes(&node.pat).end);
                self.note(Genre::MatchArm, start, site);
            }
        }
        visit::visit_arm(self, node);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The site of the fault at the first place of `mark`, as the text that it spans.
    fn around(text: &str, genre: Genre, mark: &str) -> String {
        let at = text.find(mark).expect("the mark is there");
        match &of(text).expect("it is Rust")[&(genre, at)] {
            Site::Twice(range) | Site::Never(range) => text[range.clone()].to_owned(),
            Site::Condition(at) | Site::Return(at) => format!("| {}", &text[*at..]),
            Site::Unviable(why) | Site::Nowhere(why) => (*why).to_owned(),
        }
    }

    #[test]
    fn operators_that_hang_together_are_written_twice_together() {
        let text = "fn f(a: u8, b: u8) -> bool { g(a * b % 2 + 1) == (a - b) }";
        let operator = Genre::BinaryOperator;
        assert_eq!(around(text, operator, "* b"), "a * b % 2 + 1");
        assert_eq!(around(text, operator, "- b"), "a - b");
        assert_eq!(around(text, operator, "=="), &text[29..text.len() - 2]);
    }

    #[test]
    fn conditions_that_bind_names_stay() {
        let text = "fn f() { if a() && let Some(b) = c && d <= b && -e < 0 { g() } }";
        let operator = Genre::BinaryOperator;
        assert_eq!(around(text, operator, "&& let"), BINDS);
        assert_eq!(around(text, operator, "&& -e"), BINDS);
        assert_eq!(around(text, operator, "<="), "d <= b");
        assert_eq!(around(text, Genre::UnaryOperator, "-e"), "-e");
    }

    #[test]
    fn arms_and_functions_are_switched_where_a_line_can_be_put() {
        let text = "fn f() { match a { 1 if b => {} 2 => {} _ => {} } }";
        assert_eq!(around(text, Genre::MatchArm, "1 if"), "b");
        assert_eq!(
            around(text, Genre::MatchArm, "2 =>"),
            "|  => {} _ => {} } }"
        );
        assert_eq!(
            around(text, Genre::FnValue, "match"),
            "| match a { 1 if b => {} 2 => {} _ => {} } }"
        );
    }

    #[test]
    fn what_is_computed_when_compiled_is_not_switched() {
        let text = "const A: u8 = 1 + 2; const fn f() -> u8 { 3 - 1 } fn g() -> [u8; 4 * 2] { [0; 2 / 1] }";
        for mark in ["+", "- 1", "* 2", "/ 1"] {
            assert_eq!(
                around(text, Genre::BinaryOperator, mark),
                CONSTANT,
                "{mark}"
            );
        }
    }
}
