package dev.rlhf.report.log;

import dev.rlhf.report.console.Numbers;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/** Facts about the machine on which a report is written, as known to the JVM. */
public final class Environment {
    private Environment() {}

    /** Returns the given facts, followed by those of the JVM. */
    public static Map<String, String> with(Map<String, String> facts) {
        Map<String, String> all = new LinkedHashMap<>(facts);
        all.putIfAbsent("java", Runtime.version() + " (" + System.getProperty("java.vendor") + ")");
        all.putIfAbsent("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        all.putIfAbsent("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        all.putIfAbsent(
                "heap limit", Numbers.bytes((double) Runtime.getRuntime().maxMemory()));
        all.putIfAbsent(
                "written",
                ZonedDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'")));
        return all;
    }
}
