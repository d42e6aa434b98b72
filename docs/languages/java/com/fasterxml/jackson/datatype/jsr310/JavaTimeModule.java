package com.fasterxml.jackson.datatype.jsr310;

/**
 * Stands in for the class of jackson-datatype-jsr310, which Debian does not have. Generated clients register the
 * module whether or not they have a time in them; with times mapped to strings, none has.
 */
public class JavaTimeModule extends com.fasterxml.jackson.databind.module.SimpleModule {}
