<?php
// A page of a module as it is today: it uses CRest and knows nothing of the gateway.
// Put crest.php of CRest 1.36, unmodified, beside this file.
require_once __DIR__ . '/settings.php';
require_once __DIR__ . '/crest.php';

$answer = CRest::callBatch([
    'me' => ['method' => 'profile'],
    'items' => ['method' => 'crm.item.list', 'params' => ['entityTypeId' => 140, 'select' => ['id', 'title']]],
]);

header('Content-Type: text/html; charset=utf-8');
if (!empty($answer['error'])) {
    http_response_code(502);
    exit('<p>' . htmlspecialchars($answer['error_description'] ?? $answer['error']) . '</p>');
}
$result = $answer['result']['result'];
?>
<!doctype html>
<title>Items</title>
<h1><?= htmlspecialchars($result['me']['NAME']) ?></h1>
<ul>
<?php foreach ($result['items']['items'] as $item): ?>
    <li><?= (int) $item['id'] ?>: <?= htmlspecialchars($item['title']) ?></li>
<?php endforeach ?>
</ul>
