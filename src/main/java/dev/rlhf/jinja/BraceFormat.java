package dev.rlhf.jinja;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code "…".format(…)} with plain fields: {@code {}}, {@code {0}} and {@code {name}}, each optionally with {@code !s}
 * or {@code !r}.
 */
final class BraceFormat {
    private static final Pattern TOKEN = Pattern.compile("\\{\\{|}}|\\{([^{}]*)}|[{}]");
    private static final Pattern FIELD = Pattern.compile("(\\w*)(?:!([sr]))?");

    private BraceFormat() {}

    /** @throws TemplateException if a field has no value or is not plain */
    static String format(String format, Arguments arguments) {
        StringBuilder out = new StringBuilder();
        Matcher token = TOKEN.matcher(format);
        int at = 0;
        int automatic = 0;
        boolean byNumber = false;
        while (token.find()) {
            out.append(format, at, token.start());
            at = token.end();
            String inside = token.group(1);
            if (inside == null) {
                if (token.group().length() == 1) {
                    throw new TemplateException("single '%s' in a format string".formatted(token.group()));
                }
                out.append(token.group().charAt(0));
                continue;
            }
            Matcher field = FIELD.matcher(inside);
            if (!field.matches()) {
                throw TemplateException.unsupported("the format field {" + inside + "}");
            }
            String name = field.group(1);
            byNumber |= !name.isEmpty() && Character.isDigit(name.charAt(0));
            if (byNumber && (automatic > 0 || name.isEmpty())) {
                throw new TemplateException("cannot mix automatic and numbered fields in a format string");
            }
            Object value = name.isEmpty() ? at(arguments, automatic++) : value(arguments, name);
            out.append("r".equals(field.group(2)) ? Printing.repr(value) : Printing.str(value));
            Limits.text(out.length());
        }
        return out.append(format, at, format.length()).toString();
    }

    private static Object value(Arguments arguments, String name) {
        if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return at(arguments, name.length() > 4 ? Integer.MAX_VALUE : Integer.parseInt(name));
        }
        Object value = arguments.named().get(name);
        if (value == null) {
            throw new TemplateException("no argument %s for the format string".formatted(Printing.quote(name)));
        }
        return value;
    }

    private static Object at(Arguments arguments, int index) {
        if (index >= arguments.positional().size()) {
            throw new TemplateException("Replacement index %d out of range for positional args tuple".formatted(index));
        }
        return arguments.positional().get(index);
    }
}
