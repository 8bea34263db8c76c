package dev.rlhf.label.files;

import dev.rlhf.label.api.ActiveDay;
import java.util.List;
import java.util.Locale;

/** Writes the active time of labelers as a table for spreadsheets, one line per labeler and day. */
public final class ActiveTimeCsv {
    private ActiveTimeCsv() {}

    /** Returns the table with its head, {@code labeler,day,rankings,seconds,hours}. */
    public static String text(List<ActiveDay> days) {
        StringBuilder text = new StringBuilder("labeler,day,rankings,seconds,hours\r\n");
        for (ActiveDay day : days) {
            text.append(Csv.line(List.of(
                            day.labeler(),
                            day.day().toString(),
                            String.valueOf(day.rankings()),
                            String.format(Locale.ROOT, "%.1f", day.seconds()),
                            String.format(Locale.ROOT, "%.3f", day.seconds() / 3600))))
                    .append("\r\n");
        }
        return text.toString();
    }
}
