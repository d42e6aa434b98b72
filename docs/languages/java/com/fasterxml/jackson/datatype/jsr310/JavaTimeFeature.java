package com.fasterxml.jackson.datatype.jsr310;

/** Stands in for the class of jackson-datatype-jsr310: see {@link JavaTimeModule}. */
public enum JavaTimeFeature {
    NORMALIZE_DESERIALIZED_ZONE_ID,
    ALWAYS_ALLOW_STRINGIFIED_DATE_TIMESTAMPS;

    public boolean enabledByDefault() {
        return false;
    }
}
