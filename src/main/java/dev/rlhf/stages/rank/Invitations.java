package dev.rlhf.stages.rank;

import dev.rlhf.base.Shell;
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
 * Creates invitation links for as many people as a task needs. Existing invitations are kept, since their links may
 * have been sent.
 */
final class Invitations {
    private Invitations() {}

    /**
     * Creates the missing invitations.
     *
     * @return lines for the console with the new links
     */
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
        String more = "rlhf label invite --db " + Shell.quote(options.store()) + " NAME\n";
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
