package dev.rlhf.jinja;

import dev.rlhf.base.InputException;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;

/**
 * A chat template as a model folder carries it, ready to be rendered: the subset of Jinja 2 in docs/reference/chat-templates.md,
 * with the settings, filters and functions that transformers gives to chat templates ({@code trim_blocks}, {@code lstrip_blocks},
 * the immutable sandbox, {@code tojson}, {@code raise_exception}, {@code strftime_now}, {@code generation}, loop controls).
 *
 * <pre>
 * ChatTemplate template = ChatTemplate.parse("chat_template.jinja", source);
 * Rendering prompt = template.render(Map.of("messages", messages, "add_generation_prompt", true));
 * </pre>
 *
 * <p>What jinja2 would render, this renders to the same characters, or it throws. Immutable; threads may share it. A template cannot
 * reach anything but the variables it is given, and cannot run or grow without bound.
 */
public final class ChatTemplate {
    private final Source source;
    private final StatementParser.Template template;

    private ChatTemplate(Source source, StatementParser.Template template) {
        this.source = source;
        this.template = template;
    }

    /**
     * @param name for messages, as the file's
     * @throws InputException naming template and line, if it is no template or has a statement, filter or test that is not supported
     */
    public static ChatTemplate parse(String name, String source) {
        Source text = Source.of(name, source);
        try {
            return new ChatTemplate(text, StatementParser.parse(text));
        } catch (StackOverflowError _) {
            throw new InputException(name + ": nested too deep");
        }
    }

    /** Whether it has {@code {% generation %}} blocks, and so says itself which text is the assistant's. */
    public boolean marksGeneration() {
        return template.marked();
    }

    /** {@link #render(Map, Clock)} with the machine's clock and time zone. */
    public Rendering render(Map<String, ?> variables) {
        return render(variables, Clock.system(ZoneId.systemDefault()));
    }

    /**
     * Renders.
     *
     * @param variables {@code null}, Boolean, Integer, Long, Float, Double, String, List and Map of String to these
     * @param clock what {@code strftime_now} reads
     * @throws InputException naming template and line, with the template's own words if it called {@code raise_exception}
     */
    public Rendering render(Map<String, ?> variables, Clock clock) {
        Run run = new Run();
        Output out = new Output();
        try {
            Evaluator evaluator = new Evaluator(run, Builtins.all(clock));
            Scope scope = new Scope(Imported.variables(variables));
            new Interpreter(run, evaluator).run(template.body(), scope, out);
        } catch (Fault fault) {
            throw source.error(run.line(), fault.what());
        } catch (StackOverflowError _) {
            throw source.error(run.line(), "expressions or values are nested too deep");
        }
        return new Rendering(out.text(), template.marked(), out.spans());
    }
}
