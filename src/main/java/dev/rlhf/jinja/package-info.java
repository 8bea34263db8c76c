/**
 * Renders chat templates, written in a strict subset of Jinja2, with the same results as transformers. Knows nothing of
 * tokenizers and conversations.
 *
 * <p>The only public types are {@link dev.rlhf.jinja.ChatTemplate} and {@link dev.rlhf.jinja.Rendering}; errors are
 * {@link dev.rlhf.base.InputException}s. {@code Lexer}, {@code StatementParser} and {@code ExpressionParser} turn a
 * template into {@code Stmt} and {@code Expr}, which {@code Interpreter} and {@code Evaluator} run. Values are
 * Python's, since templates are written against them: {@code None}, {@code Tuple}, {@code Dict}, {@code View}, {@code
 * Range}, {@code Lazy}, {@code Namespace}, {@code Undefined}, {@code Markup}; otherwise {@code Boolean}, {@code Long},
 * {@code Double}, {@code String} and {@code List}. Inside the package {@code null} is never a value. A template cannot
 * call a Java method by name: filters, tests and methods are looked up in tables.
 */
package dev.rlhf.jinja;
