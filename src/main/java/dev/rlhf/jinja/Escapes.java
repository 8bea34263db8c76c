package dev.rlhf.jinja;

/** Backslash escapes in string literals, decoded as Python does. */
final class Escapes {
    private Escapes() {}

    /** @throws dev.rlhf.base.InputException if an escape is incomplete or a named character */
    static String resolve(Source source, int line, String raw) {
        if (raw.indexOf('\\') < 0) {
            return raw;
        }
        StringBuilder out = new StringBuilder(raw.length());
        int i = 0;
        while (i < raw.length()) {
            char c = raw.charAt(i++);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char escaped = raw.charAt(i++);
            switch (escaped) {
                case 'n' -> out.append('\n');
                case 't' -> out.append('\t');
                case 'r' -> out.append('\r');
                case 'a' -> out.append('\u0007');
                case 'b' -> out.append('\b');
                case 'f' -> out.append('\f');
                case 'v' -> out.append('\u000b');
                case '\\', '\'', '"' -> out.append(escaped);
                case '\n' -> {}
                case 'x' -> i = hex(source, line, raw, i, 2, out);
                case 'u' -> i = hex(source, line, raw, i, 4, out);
                case 'U' -> i = hex(source, line, raw, i, 8, out);
                case 'N' -> throw source.unsupported(line, "\\N in a string");
                default -> {
                    if (escaped >= '0' && escaped <= '7') {
                        i = octal(raw, i - 1, out);
                    } else if (escaped > 0x7f) {
                        throw source.error(
                                line,
                                "a backslash before " + Printing.quote(String.valueOf(escaped))
                                        + " in a string; write two");
                    } else {
                        out.append('\\').append(escaped);
                    }
                }
            }
        }
        return out.toString();
    }

    private static int hex(Source source, int line, String raw, int from, int digits, StringBuilder out) {
        String number = raw.substring(from, Math.min(raw.length(), from + digits));
        boolean whole =
                number.length() == digits && number.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x80);
        long c = whole ? Long.parseLong(number, 16) : -1;
        if (c < 0 || c > Character.MAX_CODE_POINT) {
            throw source.error(
                    line,
                    "a string has \\%s without a character's %d hexadecimal digits"
                            .formatted(raw.charAt(from - 1), digits));
        }
        out.appendCodePoint((int) c);
        return from + digits;
    }

    private static int octal(String raw, int from, StringBuilder out) {
        int to = from;
        while (to < raw.length() && to < from + 3 && raw.charAt(to) >= '0' && raw.charAt(to) <= '7') {
            to++;
        }
        out.appendCodePoint(Integer.parseInt(raw.substring(from, to), 8));
        return to;
    }
}
