<?php

namespace Example;

use Words\Greeting;

final class Page
{
    public static function answer(array $query): string
    {
        return json_encode(['greeting' => Greeting::of($query['name'] ?? 'world')]) . "\n";
    }
}
