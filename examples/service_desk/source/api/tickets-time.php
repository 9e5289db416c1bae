<?php
// Hours logged on the sector's tasks; what examples/service_desk/time ports.
require_once __DIR__ . '/../crest.php';

$tasks = CRest::call('tasks.task.list', [
    'filter' => ['RESPONSIBLE_ID' => [113, 288], '>=CHANGED_DATE' => '2025-11-24'],
    'select' => ['ID', 'TITLE'],
]);
$hours = 0.0;
foreach ($tasks['result']['tasks'] ?? [] as $task) {
    $logged = CRest::call('task.elapseditem.getlist', [$task['id']]);
    foreach ($logged['result'] ?? [] as $row) {
        $hours += $row['SECONDS'] / 3600;
    }
}
echo json_encode(['hours' => round($hours, 2)]);
