package dev.rlhf.report.html;

import dev.rlhf.base.Interval;
import dev.rlhf.report.console.Numbers;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Small building blocks of reports. Pure functions. */
final class ReportElements {
    /** A part of the name of a metric that is a share. */
    private static final Pattern SHARE = Pattern.compile("(\\w+_)?(accuracy|precision|recall|share)"
            + "|(heldout_)?(reward_accuracy_(verdicts|rankings)|shorter_better(_verdicts|_rankings)?)"
            + "|(heldout_)?win_rate|hallucination_rate|over_refusal|(unknown|unrelated)_refused|refusal_(f1|wins)"
            + "|truthfulness|coverage|distinct_2|risk");

    private ReportElements() {}

    /** Returns tiles of names and values. */
    public static Element tiles(Map<String, String> tiles) {
        Element list = Element.of("dl", "tiles");
        tiles.forEach(
                (name, value) -> list.add(Element.of("div").add("dt", name).add("dd", value)));
        return list;
    }

    /** Returns the findings of {@link Health}, or a note that there are none. */
    public static Element health(List<Finding> findings) {
        if (findings.isEmpty()) {
            return Element.of("p", "finding good")
                    .add(badge("ok", "good"))
                    .text(" Nothing suspicious: all values are finite; KL, clipping, entropy, lengths, losses and"
                            + " gradient norms, as far as they were logged, are in their usual ranges.");
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

    /** Returns a word in a coloured pill; the colour carries no information of its own. */
    public static Element badge(String word, String kind) {
        return Element.of("span", "badge " + kind).text(word);
    }

    /** Returns a resolved recipe in a collapsed section. */
    public static Element recipe(String yaml) {
        return yaml.isBlank()
                ? Element.of("div")
                : Element.of("div")
                        .add(Element.of("details")
                                .add("summary", "Every value, defaults included")
                                .add(Element.of("pre").text(yaml)));
    }

    /** Returns a list of names and values, such as those of the machine. */
    public static Element facts(Map<String, String> facts) {
        Element list = Element.of("dl", "facts");
        facts.forEach(
                (name, value) -> list.add(Element.of("div").add("dt", name).add("dd", value)));
        return list;
    }

    /** Returns the header cell of a column. */
    public static Element column(String title, String cssClass) {
        return Element.of("th", cssClass).attr("scope", "col").text(title);
    }

    /** Returns a cell with a number; a share between 0 and 1 has a bar behind it. */
    public static Element number(String name, double value) {
        Element cell = Element.of("td", "number");
        if (isShare(name) && value >= 0 && value <= 1) {
            return cell.attr("style", "--share:" + Math.round(value * 100) + "%")
                    .attr("data-share", "")
                    .text(Numbers.percent(value));
        }
        return cell.text(Numbers.number(value));
    }

    /** Returns a {@link #number} cell with the interval and the count in small print below. */
    public static Element interval(String name, Interval interval) {
        Element cell = number(name, interval.value());
        return interval.n() == 0 ? cell : cell.add(Element.of("small").text(" " + Numbers.ends(interval)));
    }

    /** Returns a metric's value as text, in percent if the metric is a share. */
    public static String value(String name, double value) {
        return isShare(name) && value >= 0 && value <= 1 ? Numbers.percent(value) : Numbers.number(value);
    }

    /**
     * Returns whether a part of the name between slashes is that of a share; the other parts may be names of models
     * ("no refusals/kl" is none) and of kinds of questions ("truthfulness/book").
     */
    private static boolean isShare(String name) {
        return Stream.of(name.split("/", -1))
                .anyMatch(part -> SHARE.matcher(part).matches());
    }

    /** Returns the table of a chart's values, folded away. */
    static Element values(Element headRow, Element body) {
        return Element.of("details")
                .add("summary", "Values")
                .add(Element.of("div", "scroll")
                        .add(Element.of("table", "numbers")
                                .add(Element.of("thead").add(headRow), body)));
    }
}
