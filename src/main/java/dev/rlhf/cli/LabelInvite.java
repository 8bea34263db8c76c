package dev.rlhf.cli;

import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.Invite;
import dev.rlhf.label.client.AdminClient;
import dev.rlhf.label.server.LabelServer;
import dev.rlhf.label.store.LabelStore;
import dev.rlhf.label.store.StoreSettings;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code rlhf label invite NAME…}: prints a link for each labeler, which signs in one browser, once. */
@Command(
        name = "invite",
        description = "Print a link for each labeler, which signs in one browser, once, within 14 days.")
final class LabelInvite extends LabelSubcommand {
    @Mixin
    private final LabelSource source = new LabelSource();

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "names of labelers; new ones are added")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<String> names;

    @Mixin
    private final BaseUrlOption address = new BaseUrlOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        source.run(this::invite, this::invite);
        return ExitCode.DONE;
    }

    private void invite(LabelStore store) {
        if (address.baseUrl != null) {
            store.access().setBaseUrl(address.baseUrl, Actor.commandLine());
        }
        URI url = store.access().baseUrl().orElse(LabelServer.USUAL_ADDRESS);
        for (String name : names) {
            Invite invite = store.access().invite(name, LabelerKind.PERSON, Actor.commandLine());
            print(invite.labeler().name() + "  " + invite.link(url));
        }
    }

    private void invite(AdminClient client) throws IOException, InterruptedException {
        URI checked = address.baseUrl == null ? null : StoreSettings.checkedBaseUrl(address.baseUrl);
        for (String name : names) {
            AdminClient.Invited invited = client.invite(name, checked);
            print(invited.name() + "  " + invited.link());
        }
    }
}
