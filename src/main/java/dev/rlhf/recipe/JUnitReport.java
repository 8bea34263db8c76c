package dev.rlhf.recipe;

import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes a run as a JUnit XML report: one {@code testsuite} per stage and in it one {@code testcase} per expectation,
 * named after the metric. A stage without expectations, or one that did not finish, has the single testcase {@value
 * #COMPLETED}: passed, error (failed) or skipped (not reached, interrupted, waiting for people).
 */
final class JUnitReport {
    static final String COMPLETED = "completed";

    private final XMLStreamWriter xml;
    private final String run;

    private JUnitReport(XMLStreamWriter xml, String run) {
        this.xml = xml;
        this.run = run;
    }

    /** Returns the whole document. */
    static String of(RunResult result) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
            new JUnitReport(xml, result.name()).write(result);
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a string can always be written to", e);
        }
        return text.append('\n').toString();
    }

    private void write(RunResult result) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeCharacters("\n");
        xml.writeStartElement("testsuites");
        attribute("name", run);
        for (StageOutcome stage : result.outcomes()) {
            finished(stage);
        }
        List<String> unfinished = result.unfinished();
        for (int i = 0; i < unfinished.size(); i++) {
            unfinished(
                    unfinished.get(i),
                    i == 0,
                    unfinished.getFirst(),
                    result.stop().orElseThrow());
        }
        xml.writeCharacters("\n");
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private void finished(StageOutcome stage) throws XMLStreamException {
        List<Expectations.Check> checks = stage.checks();
        long missed = checks.stream().filter(check -> !check.met()).count();
        startSuite(stage.name(), Math.max(1, checks.size()), missed, 0, 0, stage.seconds());
        xml.writeStartElement("properties");
        property("stage", stage.stage());
        property("already_done", Boolean.toString(stage.skipped()));
        xml.writeEndElement();
        if (checks.isEmpty()) {
            startCase(stage.name(), COMPLETED, stage.seconds());
            xml.writeEndElement();
        }
        for (Expectations.Check check : checks) {
            startCase(stage.name(), check.metric(), 0);
            String message = message(check, stage);
            if (!check.met()) {
                problem("failure", message, "expectation");
            }
            text("system-out", message);
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private void unfinished(String stage, boolean first, String stopped, RunResult.Stop stop)
            throws XMLStreamException {
        boolean error = first && !stop.isPause();
        startSuite(stage, 1, 0, error ? 1 : 0, error ? 0 : 1, first ? stop.seconds() : 0);
        startCase(stage, COMPLETED, first ? stop.seconds() : 0);
        if (error) {
            problem("error", stop.message(), stop.cause().getClass().getName());
        } else {
            xml.writeEmptyElement("skipped");
            attribute("message", first ? stop.line() : "not reached: stage " + stopped + " did not finish");
        }
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private static String message(Expectations.Check check, StageOutcome stage) {
        String missing = stage.metrics().containsKey(check.metric()) ? "" : " (not measured)";
        return check.metric() + " = " + check.value() + missing + ", expected "
                + check.bound().text();
    }

    private void startSuite(String name, int tests, long failures, int errors, int skipped, double seconds)
            throws XMLStreamException {
        xml.writeCharacters("\n");
        xml.writeStartElement("testsuite");
        attribute("name", name);
        attribute("tests", Integer.toString(tests));
        attribute("failures", Long.toString(failures));
        attribute("errors", Integer.toString(errors));
        attribute("skipped", Integer.toString(skipped));
        attribute("time", seconds(seconds));
    }

    private void startCase(String stage, String name, double seconds) throws XMLStreamException {
        xml.writeCharacters("\n");
        xml.writeStartElement("testcase");
        attribute("classname", run + "." + stage);
        attribute("name", name);
        attribute("time", seconds(seconds));
    }

    private void property(String name, String value) throws XMLStreamException {
        xml.writeEmptyElement("property");
        attribute("name", name);
        attribute("value", value);
    }

    private void problem(String element, String message, String type) throws XMLStreamException {
        xml.writeStartElement(element);
        attribute("message", message);
        attribute("type", type);
        xml.writeCharacters(legal(message));
        xml.writeEndElement();
    }

    private void text(String element, String text) throws XMLStreamException {
        xml.writeStartElement(element);
        xml.writeCharacters(legal(text));
        xml.writeEndElement();
    }

    private void attribute(String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, legal(value));
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.3f", seconds);
    }

    /** Replaces characters that XML 1.0 cannot hold, not even escaped, by U+FFFD (section 2.2, production 2). */
    private static String legal(String text) {
        StringBuilder legal = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c == '\t'
                                || c == '\n'
                                || c == '\r'
                                || (c >= 0x20 && c <= 0xD7FF)
                                || (c >= 0xE000 && c <= 0xFFFD)
                                || c >= 0x10000
                        ? c
                        : 0xFFFD)
                .forEach(legal::appendCodePoint);
        return legal.toString();
    }
}
