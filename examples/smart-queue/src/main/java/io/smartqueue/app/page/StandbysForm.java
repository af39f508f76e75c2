package io.smartqueue.app.page;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.smartqueue.app.page.DetailsView.Entered;
import io.smartqueue.app.page.DetailsView.Notice;
import io.smartqueue.app.page.DetailsView.Part;
import io.smartqueue.app.web.Guard;
import io.smartqueue.app.web.RateLimit;
import io.smartqueue.app.web.Routes;
import io.smartqueue.app.web.Visit;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.admin.StandbyUpdate;
import io.smartqueue.ultramsg.admin.StandbyView;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Adds, removes and reorders standby instances. Each button saves at once what the list then is, new tokens included; a token that is left
 * empty stays what it is.
 */
final class StandbysForm implements Routes {
    private static final String PATH = "/organizations/{organization}/details/standbys";
    private static final String SAVE = "save";

    private final Guard guard;
    private final DetailsAnswers answers;

    /** Adding one asks UltraMsg, as saving does: they are limited together. */
    private final RateLimit saves;

    StandbysForm(Guard guard, DetailsAnswers answers, RateLimit saves) {
        this.guard = guard;
        this.answers = answers;
        this.saves = saves;
    }

    /** What cannot be read of a standby that is to be added. */
    private static final class UnreadableException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnreadableException(String message) {
            super(message);
        }

        String said() {
            return String.valueOf(getMessage());
        }
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.post(PATH, this::change);
    }

    private void change(Context request) {
        Visit visit = guard.visit(request, Permission.EDIT);
        saves.take(DetailsAnswers.limited(visit));
        String wanted = Fields.text(request, "standby_do");
        DetailsForm form = DetailsForm.typed(request);
        StandbyUpdate update;
        try {
            List<StandbyInstance> standbys = arranged(kept(request, visit), wanted);
            if (wanted.equals(SAVE)) {
                added(request, visit).ifPresent(standbys::add);
            }
            Verification verification = DetailsForm.verification(request);
            update = answers.admin(visit).updateStandbys(visit.id(), standbys, verification);
        } catch (UnreadableException e) {
            refuse(request, visit, form, StandbysPanel.NEW, e.said());
            return;
        }
        if (update.isSaved()) {
            Part[] parts =
                    wanted.equals(SAVE) ? new Part[] {Part.STANDBYS, Part.NEW_STANDBY} : new Part[] {Part.STANDBYS};
            answers.done(request, visit, form.version(), "standbys", null, parts);
        } else {
            answerNotSaved(request, visit, form, update);
        }
    }

    private void answerNotSaved(Context request, Visit visit, DetailsForm form, StandbyUpdate update) {
        if (update instanceof StandbyUpdate.Invalid invalid) {
            String said = invalid.problems().stream().map(StandbysForm::said).collect(Collectors.joining(". "));
            refuse(request, visit, form, place(request, invalid.instance()), said);
        } else if (update instanceof StandbyUpdate.TestFailed failed) {
            String said = "Its test has failed. " + failed.test().explanation();
            refuse(request, visit, form, place(request, failed.instance()), said);
        } else {
            String said = "One of the instances is in use already: enter another.";
            refuse(request, visit, form, StandbysPanel.NEW, said);
        }
    }

    private static String said(ConfigProblem problem) {
        return DetailsForm.label(problem.field()) + " " + problem.message();
    }

    /** Beside which standby an error stands. */
    private static String place(Context request, InstanceId instance) {
        return InstanceId.find(Fields.text(request, "standby_new_instance")).equals(Optional.of(instance))
                ? StandbysPanel.NEW
                : instance.value();
    }

    private void refuse(Context request, Visit visit, DetailsForm form, String place, String said) {
        Entered entered =
                Entered.of(form).saying(Notice.bad("The standby instances are not saved: see what is marked."));
        answers.give(request, 422, visit, entered, Map.of(place, said), Part.NOTICE, Part.STANDBY_ERRORS);
    }

    /** The standbys that the form lists, in its order, with those tokens that were typed anew. */
    private List<StandbyInstance> kept(Context request, Visit visit) {
        Map<String, StandbyView> stored = answers.admin(visit).standbys(visit.id()).stream()
                .collect(Collectors.toMap(standby -> standby.instance().value(), standby -> standby));
        List<String> instances = request.formParams("standby_instance");
        List<String> tokens = request.formParams("standby_token");
        List<StandbyInstance> kept = new ArrayList<>();
        for (int i = 0; i < instances.size(); i++) {
            @Nullable StandbyView standby = stored.get(instances.get(i));
            if (standby == null) { // somebody else has removed it meanwhile
                continue;
            }
            kept.add(
                    i < tokens.size() && !tokens.get(i).isBlank()
                            ? standby.unchanged().token(AccessToken.of(tokens.get(i)))
                            : standby.unchanged());
        }
        return kept;
    }

    private static List<StandbyInstance> arranged(List<StandbyInstance> standbys, String wanted) {
        List<StandbyInstance> arranged = new ArrayList<>(standbys);
        for (int i = 0; i < standbys.size(); i++) {
            String instance = standbys.get(i).credentials().instance().value();
            if (wanted.equals("remove:" + instance)) {
                arranged.remove(i);
            } else if (wanted.equals("up:" + instance) && i > 0) {
                Collections.swap(arranged, i - 1, i);
            }
        }
        return arranged;
    }

    /** The standby that is to be added, at the organization's own base URL. */
    private Optional<StandbyInstance> added(Context request, Visit visit) {
        String instance = Fields.text(request, "standby_new_instance");
        String token = Fields.text(request, "standby_new_token");
        String number = Fields.text(request, "standby_new_number");
        if (instance.isEmpty() && token.isEmpty() && number.isEmpty()) {
            return Optional.empty();
        }
        if (token.isEmpty()) {
            throw new UnreadableException("Token is missing: copy it from the instance's page at UltraMsg");
        }
        try {
            String baseUrl = answers.config(visit)
                    .fields()
                    .baseUrl()
                    .filter(url -> !url.isBlank())
                    .orElse(UltraMessageConfig.DEFAULT_BASE_URL);
            StandbyInstance standby = StandbyInstance.of(
                    new InstanceCredentials(InstanceId.parse(instance), AccessToken.of(token), URI.create(baseUrl)));
            return Optional.of(number.isEmpty() ? standby : standby.businessNumber(PhoneNumber.parse(number)));
        } catch (IllegalArgumentException e) {
            throw new UnreadableException(String.valueOf(e.getMessage()));
        }
    }
}
