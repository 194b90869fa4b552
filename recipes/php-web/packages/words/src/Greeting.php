<?php

namespace Words;

final class Greeting
{
    public static function of(string $name): string
    {
        return "Hello, $name!";
    }
}
