package dev.rlhf.stages.rank;

import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.Invite;
import dev.rlhf.label.api.Role;
import dev.rlhf.label.api.User;
import dev.rlhf.label.server.LabelServer;
import dev.rlhf.label.store.Access;
import dev.rlhf.label.store.LabelStore;
import java.net.URI;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Links for as many people as a task needs; made once, for a link that was sent must not be made again with every run.
 */
final class Invitations {
    private Invitations() {}

    /** Lines that say who has a link, with the links that are new. */
    static String links(LabelStore store, RankOptions options) {
        Access access = store.access();
        long invited = access.users().stream().filter(Invitations::canRank).count();
        URI url = access.baseUrl().orElse(LabelServer.USUAL_ADDRESS);
        Set<String> taken =
                access.users().stream().map(user -> user.labeler().name()).collect(Collectors.toSet());
        StringBuilder lines = new StringBuilder();
        for (int i = 1; invited < options.overlap(); i++) {
            String name = "labeler-" + i;
            if (!taken.contains(name)) {
                Invite invite = access.invite(name, LabelerKind.PERSON, Actor.commandLine());
                lines.append("    ")
                        .append(name)
                        .append("  ")
                        .append(invite.link(url))
                        .append('\n');
                invited++;
            }
        }
        String more = "rlhf label invite --db " + options.store() + " NAME\n";
        return lines.isEmpty()
                ? "%d people have links or are signed in; for another link: ".formatted(invited) + more
                : "Send each of these links to one person; it works once:\n" + lines + "For more people: " + more;
    }

    private static boolean canRank(User user) {
        return user.role() == Role.LABELER
                && user.labeler().kind() == LabelerKind.PERSON
                && !user.disabled()
                && user.openInvites() + user.sessions() > 0;
    }
}
