# A reload with other directives of the login page: the next page is the new
# one, in each worker; logins that go on and sessions stay.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Files qw( write_file );

my $folder = slot_folder();

my $style = write_file("$folder/own.css", 'h1 { color: #111 }');
my $texts = write_file("$folder/texts.json", '{"en": {"page": '
                       . '{"start_button": "Begin, please"}}}');
my $logo = write_file("$folder/logo.svg",
                      '<svg xmlns="http://www.w3.org/2000/svg"/>');

my $nginx = start_nginx(
    apps => whatsauth_app(more => 'login on; confirm off;'),
    server => 'location /login/ { whatsauth_login demo; }');

sub reload_with {
    my ($more) = @_;

    $nginx->{apps} = whatsauth_app(more => "confirm off; $more",
                                   callback_url => 'http://127.0.0.1:1/');
    $nginx->write_config($nginx->config);
    $nginx->reload;
}

# The page as each worker has it, which is one.

sub page {
    my ($path) = @_;

    my %bodies = map { $nginx->client($_)->request('GET', $path // '/login/')
                           ->{body} =~ s/data-now="\d+"//r => 1 }
                 $nginx->workers;

    is scalar keys %bodies, 1, 'each worker has the same page';
    return (keys %bodies)[0];
}

sub style {
    my ($page) = @_;

    my ($path) = $page =~ m{href="(/login/page\.css[^"]*)"};
    return $nginx->get($path)->{body};
}

sub browser {
    return Test::WhatsAuth::Browser->new($nginx);
}

sub set_cookie {
    my ($browser) = @_;

    $browser->get('/login/');
    $nginx->message(text_message($browser->text));
    return $browser->post('finish')->{headers}{'set-cookie'};
}

my $session = browser();
$session->post('start');
unlike set_cookie($session), qr/wa-demo=[^,]*Max-Age/,
    'before - a session as long as the browser';

my $begun = browser();
$begun->post('start');
my $page = page();
unlike $page, qr/data-autostart|My company|Begin, please/, 'before - the page';

# New directives

reload_with("login on; login_title 'My company'; login_style $style; "
            . "login_logo $logo; login_texts $texts; login_language es; "
            . 'autostart on; session 2h persist=on; sms on; '
            . 'sms_phone +14155550199;');

$page = page();
like $page, qr/My company/, 'login_title - the new one';
like $page, qr/<html lang="es"/, 'login_language - the new one';
like $page, qr/data-autostart/, 'autostart - is on';
like $page, qr/value="sms"/, 'sms - is offered';
like $page, qr{/login/logo}, 'login_logo - is shown';
like style($page), qr/#111/, 'login_style - the new one';
like page('/login/?lang=en'), qr/Begin, please/, 'login_texts - the new ones';

$session->get('/login/');
is $session->state, 'session', 'a session - stays';

$begun->get('/login/');
is $begun->state, 'send', 'a login that goes on - stays';
like set_cookie($begun), qr/wa-demo=[^,]*Max-Age=7200/,
    'session - has the new length';
$begun->get('/login/');
is $begun->state, 'session', 'and is one';

# A file with other content, at the same path

my ($old) = $page =~ m{(/login/page\.css[^"]*)"};
write_file("$folder/own.css", 'h1 { color: #222 }');
like style($page), qr/#111/, 'login_style - read at the load and not later';
$nginx->reload;
$page = page();
my ($new) = $page =~ m{(/login/page\.css[^"]*)"};
isnt $new, $old, 'login_style - another version';
like style($page), qr/#222/, 'login_style - the new content';

# A page from before a reload finds its files.

is $nginx->get($old)->{status}, 200,
    'a page from before - its style is there, in today\'s version';

# The new files cannot be read: the old configuration stays.

write_file("$folder/texts.json", '{');
$nginx->signal('HUP');
ok wait_until(sub { $nginx->error_log =~ /\[emerg\].*texts\.json/ }),
    'texts that are no JSON - are refused';
like page('/login/?lang=en'), qr/Begin, please/, 'and the old ones stay';
write_file("$folder/texts.json", '{}');

# Without a page, and with it again

my $location = $nginx->{server};
$nginx->{server} = 'location /login/ { return 404; }';
reload_with('login off;');
is $nginx->get('/login/')->{status}, 404, 'login off - no page';

$nginx->{server} = $location;
reload_with('login on;');
$session->get('/login/');
is $session->state, 'session', 'login on again - the session is still there';

$nginx->{allow} = qr/texts\.json/;
$nginx->stop;
done_testing;
