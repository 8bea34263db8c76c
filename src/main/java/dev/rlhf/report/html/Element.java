package dev.rlhf.report.html;

/**
 * One element of an HTML or SVG document under construction. Text and attribute values are escaped here and nowhere
 * else: a prompt or a completion cannot become markup. A child is written into its parent when it is added; later
 * changes to the child have no effect. Not thread-safe.
 */
final class Element {
    private final String name;
    private final StringBuilder attributes = new StringBuilder();
    private final StringBuilder content = new StringBuilder();

    private Element(String name) {
        this.name = name;
    }

    public static Element of(String name) {
        return new Element(name);
    }

    /** Creates an element with a class. */
    public static Element of(String name, String cssClass) {
        return of(name).attr("class", cssClass);
    }

    public Element attr(String key, String value) {
        attributes.append(' ').append(key).append("=\"").append(escape(value)).append('"');
        return this;
    }

    public Element text(String text) {
        content.append(escape(text));
        return this;
    }

    public Element add(Element... children) {
        for (Element child : children) {
            content.append(child);
        }
        return this;
    }

    /** Adds an element that contains only text. */
    public Element add(String childName, String text) {
        return add(of(childName).text(text));
    }

    /** Adds one of this program's style sheets or scripts unescaped. Must never be used for a user's text. */
    Element code(String trusted) {
        content.append(trusted);
        return this;
    }

    public boolean isEmpty() {
        return content.isEmpty();
    }

    @Override
    public String toString() {
        return "<" + name + attributes + ">" + (isVoid() ? "" : content + "</" + name + ">");
    }

    private boolean isVoid() {
        return name.equals("meta") || name.equals("input");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("\u0000", "\uFFFD");
    }
}
