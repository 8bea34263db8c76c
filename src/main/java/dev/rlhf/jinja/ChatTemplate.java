package dev.rlhf.jinja;

import dev.rlhf.base.InputException;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;

/**
 * A parsed chat template: the subset of Jinja2 in docs/reference/chat-templates.md with the settings, filters and
 * functions that transformers gives to chat templates ({@code trim_blocks}, {@code lstrip_blocks}, the immutable
 * sandbox, {@code tojson}, {@code raise_exception}, {@code strftime_now}, {@code generation}, loop controls).
 *
 * <pre>
 * ChatTemplate template = ChatTemplate.parse("chat_template.jinja", source);
 * Rendering prompt = template.render(Map.of("messages", messages, "add_generation_prompt", true));
 * </pre>
 *
 * <p>A template renders to exactly the characters that jinja2 produces, or it throws. It can reach only the variables
 * it is given, and its running time and memory are bounded. Immutable and thread-safe.
 */
public final class ChatTemplate {
    private final Source source;
    private final StatementParser.Template template;

    private ChatTemplate(Source source, StatementParser.Template template) {
        this.source = source;
        this.template = template;
    }

    /**
     * Parses a template.
     *
     * @param name used in messages, usually the file name
     * @throws InputException with template and line if the syntax is wrong or a statement, filter or test is not
     *     supported
     */
    public static ChatTemplate parse(String name, String source) {
        Source text = Source.of(name, source);
        try {
            return new ChatTemplate(text, StatementParser.parse(text));
        } catch (StackOverflowError _) {
            throw new InputException(name + ": nested too deep");
        }
    }

    /** Renders the template with the system clock and time zone. */
    public Rendering render(Map<String, ?> variables) {
        return render(variables, Clock.system(ZoneId.systemDefault()));
    }

    /**
     * Renders the template.
     *
     * @param variables {@code null}, Boolean, Integer, Long, Float, Double, String, List, and Map with String keys
     * @param clock read by {@code strftime_now}
     * @throws InputException with template and line, and the template's own message if it called {@code
     *     raise_exception}
     */
    public Rendering render(Map<String, ?> variables, Clock clock) {
        RenderState state = new RenderState();
        Output out = new Output();
        try {
            Evaluator evaluator = new Evaluator(state, Builtins.all(clock));
            Scope scope = new Scope(JavaValues.variables(variables));
            new Interpreter(state, evaluator).run(template.body(), scope, out);
        } catch (TemplateException error) {
            throw source.error(state.line(), error.what());
        } catch (StackOverflowError _) {
            throw source.error(state.line(), "expressions or values are nested too deep");
        }
        return new Rendering(out.text(), template.marked(), out.spans());
    }
}
