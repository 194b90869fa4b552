package com.example;

import java.time.Duration;

/** Tells a time of so many seconds in hours, minutes and seconds. */
public final class Clock {
    private Clock() {
    }

    public static void main(String[] arguments) {
        var time = Duration.ofSeconds(arguments.length > 0 ? Long.parseLong(arguments[0]) : 3661);
        System.out.printf("%d:%02d:%02d%n", time.toHours(), time.toMinutesPart(), time.toSecondsPart());
    }
}
