package dev.rlhf.report.html;

import dev.rlhf.base.Interval;
import dev.rlhf.report.console.Numbers;
import java.util.List;
import java.util.Map;

/** Small pieces that reports are made of. Pure functions. */
public final class Parts {
    private Parts() {}

    /** Figures as tiles, a name under each value. */
    public static Element tiles(Map<String, String> tiles) {
        Element list = Element.of("dl", "tiles");
        tiles.forEach(
                (name, value) -> list.add(Element.of("div").add("dt", name).add("dd", value)));
        return list;
    }

    /** What {@link dev.rlhf.report.html.Health} found, or that it found nothing. */
    public static Element health(List<Finding> findings) {
        if (findings.isEmpty()) {
            return Element.of("p", "finding good")
                    .add(badge("ok", "good"))
                    .text(
                            " Nothing suspicious in the metrics: all values finite; KL, clipping, entropy, lengths, losses"
                                    + " and gradient norms, as far as they were logged, are in their usual ranges.");
        }
        Element list = Element.of("ul", "findings");
        for (Finding finding : findings) {
            boolean error = finding.level() == Finding.Level.ERROR;
            list.add(Element.of("li", error ? "finding bad" : "finding warn")
                    .add(badge(error ? "error" : "warning", error ? "bad" : "warn"))
                    .text(" ")
                    .add("strong", finding.what() + ".")
                    .text(" " + finding.remedy()));
        }
        return list;
    }

    /** A word in a coloured pill; the word says what the colour says. */
    public static Element badge(String word, String kind) {
        return Element.of("span", "badge " + kind).text(word);
    }

    /** A resolved recipe, folded. */
    public static Element recipe(String yaml) {
        return yaml.isBlank()
                ? Element.of("div")
                : Element.of("div")
                        .add(Element.of("details")
                                .add("summary", "Every value, defaults included")
                                .add(Element.of("pre").text(yaml)));
    }

    /** Names and values, as for machine and versions. */
    public static Element facts(Map<String, String> facts) {
        Element list = Element.of("dl", "facts");
        facts.forEach(
                (name, value) -> list.add(Element.of("div").add("dt", name).add("dd", value)));
        return list;
    }

    /** A header cell of a column. */
    public static Element column(String title, String cssClass) {
        return Element.of("th", cssClass).attr("scope", "col").text(title);
    }

    /** A cell with a number; a share between 0 and 1 has a bar behind it. */
    public static Element number(String name, double value) {
        Element cell = Element.of("td", "number");
        if (isShare(name) && value >= 0 && value <= 1) {
            return cell.attr("style", "--share:" + Math.round(value * 100) + "%")
                    .attr("data-share", "")
                    .text(Numbers.percent(value));
        }
        return cell.text(Numbers.number(value));
    }

    /** {@link #number}, with the interval and the count in small print below. */
    public static Element interval(String name, Interval interval) {
        Element cell = number(name, interval.value());
        return interval.n() == 0 ? cell : cell.add(Element.of("small").text(" " + Numbers.ends(interval)));
    }

    /** A figure as text, in percent if its name says that it is a share. */
    public static String figure(String name, double value) {
        return isShare(name) && value >= 0 && value <= 1 ? Numbers.percent(value) : Numbers.number(value);
    }

    private static boolean isShare(String name) {
        return name.matches(
                ".*(accuracy|precision|recall|_rate|_share|refusal|refused|answered|hallucinat|known|f1|distinct|win).*");
    }
}
