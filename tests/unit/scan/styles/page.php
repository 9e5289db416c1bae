<?php
require_once 'crest.php';
$deal = CRest::call('crm.deal.get', ['id' => (int)$_GET['id']]); //! crest.call crm.deal.get -no-error-check
?>
<html>
<script src="//api.bitrix24.com/api/v1/"></script>
<script>
    var data = <?= json_encode($deal) ?>;
    <?php if ($deal['result']): ?>
    BX24.init(function () { //! bx24.init
        BX24.callMethod('crm.<?= $kind ?>.list', {id: '<?php echo $id ?>'}, function (res) { //! bx24.callMethod - +dynamic-method ~crm.*.list
            if (res.error()) { console.log('<?= $x ?>'); }
        });
        <?php foreach ($rows as $row): ?>
        BX24.callMethod('user.get', {ID: <?= $row['ID'] ?>}, show); //! bx24.callMethod user.get
        <?php endforeach; ?>
    });
    <?php else: ?>
    BX24.installFinish(); //! bx24.installFinish
    <?php endif ?>
</script>
