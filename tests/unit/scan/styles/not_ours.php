<?php
/**
 * @see CRest::call('crm.deal.list')
 */
// CRest::callBatch([]);
class Rest
{
    public static function call($m) { return $m; }
    public function callMethod($m) { return $m; }
}
Rest::call('crm.deal.get');
$crest = 'CRest';
$x = $this->call('artisan.thing');
$y = $container->call([$this, 'handle']);
$z = call_user_func('strtoupper', 'x');
$repository = $locator->get('user.repository');
$users = $this->get('user.lists.all');
define('CLIENT_SECRET', 'your_client_secret');
define('OTHER_SECRET', 'Zx81Qw72Er63Ty54Ui45Op36');
$html = '<script>BX24.init(function () {});</script>';
?>
<p>CRest::call('user.get')</p>
<!-- <script>BX24.callMethod('user.get')</script> -->
<script type="text/template">BX24.init()</script>
<script>var t = "BX24.init()"; // BX24.fitWindow()
/* BX24.closeApplication() */</script>
