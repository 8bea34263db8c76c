/**
 * The chat-template engine: a strict subset of Jinja 2, rendered as transformers renders chat templates. Knows neither tokenizers
 * nor conversations: variables in, text out.
 *
 * <p>The door is {@link dev.rlhf.jinja.ChatTemplate}. Behind it a template goes through {@code Lexer}, {@code StatementParser}
 * with {@code ExpressionParser} to {@code Stmt} and {@code Expr}, and is run by {@code Interpreter} and {@code Evaluator}. Values are
 * Python's, since templates are written against them: {@code None}, {@code Tuple}, {@code Dict}, {@code View}, {@code Range},
 * {@code Lazy}, {@code Namespace}, {@code Undefined}, {@code Markup}; else {@code Boolean}, {@code Long}, {@code Double},
 * {@code String} and {@code List}. Inside the package {@code null} is no value. A template never reaches a Java method by name:
 * filters, tests and methods are tables.
 */
package dev.rlhf.jinja;
