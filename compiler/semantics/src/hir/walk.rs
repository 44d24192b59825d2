//! Walking bodies: every expression below an expression, an entry or an emission.

use super::{Body, EmitDecl, Entry, EntryOp, Expr, ExprId, ForClause, SegmentKind, StrPart};

/// Calls `visit` for an expression and everything below it, parents first. Depth is bounded by the parser.
pub fn expressions(body: &Body, id: ExprId, visit: &mut dyn FnMut(ExprId, &Expr)) {
    let mut todo = vec![id];
    while let Some(id) = todo.pop() {
        let expr = &body.exprs[id.0 as usize];
        visit(id, expr);
        children(expr, &mut |child| todo.push(child));
    }
}

/// The same for the expressions of entries.
pub fn entries(body: &Body, list: &[Entry], visit: &mut dyn FnMut(ExprId, &Expr)) {
    let mut roots = Vec::new();
    entry_roots(list, &mut |id| roots.push(id));
    for id in roots {
        expressions(body, id, visit);
    }
}

/// The same for the expressions of an emission.
pub fn emission(body: &Body, emit: &EmitDecl, visit: &mut dyn FnMut(ExprId, &Expr)) {
    if let Some(each) = &emit.each {
        expressions(body, each.map, visit);
    }
    if let Some(when) = emit.when {
        expressions(body, when, visit);
    }
    entries(body, &emit.entries, visit);
}

fn entry_roots(list: &[Entry], push: &mut dyn FnMut(ExprId)) {
    for entry in list {
        for segment in &entry.path {
            if let SegmentKind::Computed(key) | SegmentKind::Index(key) = &segment.kind {
                push(*key);
            }
        }
        if let Some(guard) = entry.guard {
            push(guard);
        }
        match &entry.op {
            EntryOp::Set(id) | EntryOp::Append(id) | EntryOp::Spread(id) => push(*id),
            EntryOp::Into(inner) => entry_roots(inner, push),
        }
    }
}

fn clause_roots(clauses: &[ForClause], push: &mut dyn FnMut(ExprId)) {
    for clause in clauses {
        push(clause.source);
        if let Some(filter) = clause.filter {
            push(filter);
        }
    }
}

/// Calls `push` for each direct part of an expression.
pub fn children(expr: &Expr, push: &mut dyn FnMut(ExprId)) {
    match expr {
        Expr::Missing
        | Expr::Name(_)
        | Expr::Int(_)
        | Expr::Float(_)
        | Expr::Quantity(_)
        | Expr::Ratio(_)
        | Expr::Date(_)
        | Expr::Bool(_)
        | Expr::None
        | Expr::Str(_)
        | Expr::Address(_) => {}
        Expr::Interpolation(parts) => {
            for part in parts {
                if let StrPart::Expr(id) = part {
                    push(*id);
                }
            }
        }
        Expr::Field { base, .. } => push(*base),
        Expr::Index { base, index } => {
            push(*base);
            push(*index);
        }
        Expr::Call { callee, args } => {
            push(*callee);
            for arg in args {
                push(arg.value);
            }
        }
        Expr::CallFor {
            callee,
            body,
            clauses,
        } => {
            push(*callee);
            push(*body);
            clause_roots(clauses, push);
        }
        Expr::Unary { operand, .. } => push(*operand),
        Expr::Binary { left, right, .. } => {
            push(*left);
            push(*right);
        }
        Expr::Range { from, to } => {
            push(*from);
            push(*to);
        }
        Expr::If {
            condition,
            then,
            otherwise,
        } => {
            push(*condition);
            push(*then);
            push(*otherwise);
        }
        Expr::Match { scrutinee, arms } => {
            push(*scrutinee);
            for arm in arms {
                push(arm.value);
            }
        }
        Expr::List(elements) => {
            for element in elements {
                push(element.value);
                if let Some(guard) = element.guard {
                    push(guard);
                }
            }
        }
        Expr::ListFor { body, clauses } => {
            push(*body);
            clause_roots(clauses, push);
        }
        Expr::Record(list) => entry_roots(list, push),
        Expr::MapFor {
            key,
            value,
            clauses,
        } => {
            push(*key);
            push(*value);
            clause_roots(clauses, push);
        }
    }
}
