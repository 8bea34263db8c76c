package dev.rlhf.report.html;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** A self-contained HTML page: style sheet and script are embedded, and nothing is fetched. */
final class Page {
    private final Element main = Element.of("main").attr("id", "top");
    private final Element links = Element.of("nav").attr("aria-label", "Sections");
    private final String title;

    public Page(String title) {
        this.title = title;
    }

    /** Adds a part without a heading. */
    public Page add(Element part) {
        main.add(part);
        return this;
    }

    /** Adds a section with a heading and a link to it at the top, unless it is empty. */
    public Page section(String id, String heading, Element content) {
        if (!content.isEmpty()) {
            links.add(Element.of("a").attr("href", "#" + id).text(heading));
            main.add(Element.of("section").attr("id", id).add("h2", heading).add(content));
        }
        return this;
    }

    @Override
    public String toString() {
        Element head = Element.of("head")
                .add(Element.of("meta").attr("charset", "utf-8"))
                .add(Element.of("meta").attr("name", "viewport").attr("content", "width=device-width, initial-scale=1"))
                .add(Element.of("meta").attr("name", "color-scheme").attr("content", "light dark"))
                .add("title", title)
                .add(Element.of("style").code(resource("report.css")));
        Element body = Element.of("body")
                .add(Element.of("header").add(Element.of("div", "bar").add(home(), links)))
                .add(main)
                .add(Element.of("div").attr("id", "tip").attr("hidden", ""))
                .add(Element.of("script").code(resource("report.js")));
        return "<!doctype html>\n" + Element.of("html").attr("lang", "en").add(head, body) + "\n";
    }

    private Element home() {
        return Element.of("a", "home").attr("href", "#top").text(title);
    }

    private static String resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
