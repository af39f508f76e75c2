package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.admin.TemplateStore;

class InMemoryTemplateStoreTest extends TemplateStoreContract {
    private final InMemoryTenantStore store = InMemoryTenantStore.create();

    @Override
    protected TemplateStore store() {
        return store.templates();
    }
}
