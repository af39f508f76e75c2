package io.smartqueue.app.page;

import java.util.List;

/** What is to be said beside which fields. */
record DetailsErrors(List<Place> places) {
    /**
     * Beside one field.
     *
     * @param text empty if nothing is wrong any more
     */
    record Place(String code, String text) {}
}
