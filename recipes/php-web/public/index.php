<?php

require __DIR__ . '/../vendor/autoload.php';

header('Content-Type: application/json');
echo Example\Page::answer($_GET);
