package dev.rlhf.label.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.label.api.LabelerPause;
import dev.rlhf.label.api.Pace;
import dev.rlhf.label.api.QualityDay;
import dev.rlhf.label.api.QualityLines;
import java.util.List;

/** Writes lines, pauses and the quality of labels as JSON. */
final class QualityJson {
    private QualityJson() {}

    static ObjectNode write(LabelerPause pause) {
        return Requests.object()
                .put("at", pause.at().toString())
                .put("measure", pause.measure().word())
                .put("share", pause.share())
                .put("line", pause.line())
                .put("tasks", pause.tasks());
    }

    static ObjectNode quality(QualityLines lines, List<LabelerPause> pauses, List<Pace> paces) {
        ObjectNode node = Requests.object();
        node.putObject("lines")
                .put("gold", lines.gold())
                .put("agreement", lines.agreement())
                .put("after", lines.after())
                .put("quiz", lines.quiz());
        ArrayNode paused = node.putArray("paused");
        pauses.forEach(pause -> paused.add(write(pause).put("labeler", pause.labeler())));
        ArrayNode pace = node.putArray("pace");
        for (Pace one : paces) {
            pace.addObject()
                    .put("labeler", one.labeler())
                    .put("rankings", one.rankings())
                    .put("relative", one.relative())
                    .put("fast", one.fast())
                    .put("slow", one.slow());
        }
        return node;
    }

    static ObjectNode days(List<QualityDay> days) {
        ObjectNode node = Requests.object();
        ArrayNode array = node.putArray("days");
        for (QualityDay day : days) {
            array.addObject()
                    .put("day", day.day().toString())
                    .put("rankings", day.rankings())
                    .put("gold_tasks", day.gold().tasks())
                    .put("gold", AdminJson.number(day.gold().pairs().asWritten()))
                    .put("agreement_tasks", day.agreementTasks())
                    .put("agreement", AdminJson.number(day.agreement().tiesHalf()));
        }
        return node;
    }
}
