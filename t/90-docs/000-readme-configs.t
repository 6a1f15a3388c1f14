# The documentation is true: its configurations load, its command lines name
# existing endpoints, its JSON is the JSON that nginx sends, and each word of
# the code's tables has its entry, and each entry its word.

use strict;
use warnings;
use utf8;

use lib 't/lib';
use File::Path qw( make_path );
use MIME::Base64 qw( encode_base64 );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Nginx;

my $MODULE = "$TOP/ngx_http_whatsauth_module";
my $HOST = 'https://login.example.com';

my %text = map { $_ => slurp("$TOP/$_") }
           'README.md', map { s{^\Q$TOP\E/}{}r }
                        sort glob "$TOP/docs/{*,adr/*}.md";
my %prose = map { $_ => $text{$_} =~ s/^```.*?^```$//msgr } keys %text;
my $code = join '', map { slurp($_) } sort glob "$MODULE/{,*/}*.[ch]";


sub slurp {
    my ($file) = @_;

    open my $in, '<:encoding(UTF-8)', $file or die "$file: $!\n";
    local $/;
    return <$in>;
}


sub spill {
    my ($file, $content) = @_;

    open my $out, '>', $file or die "$file: $!\n";
    print $out $content;
    close $out;
    chmod 0600, $file;
}


# The blocks of a language: [ name for a title, text ].

sub blocks {
    my ($language, @files) = @_;

    my @blocks;

    for my $file (@files) {
        while ($text{$file} =~ /^```$language\n(.*?)^```$/msg) {
            my $line = 1 + (substr($text{$file}, 0, $-[1]) =~ tr/\n//);
            push @blocks, [ "$file:$line", $1 ];
        }
    }

    return @blocks;
}


# A section, without blocks, from its heading to the next of its level or above.

sub section {
    my ($file, $heading) = @_;

    my ($level) = $heading =~ /^(#+)/;
    my $n = length $level;

    $prose{$file} =~ /^\Q$heading\E\n(.*?)(?=^#{1,$n} |\z)/ms
        or die "no \"$heading\" in $file\n";
    return $1;
}


# The first column of a table's rows: what stands in backquotes there.

sub column {
    my ($section) = @_;

    return map { /`([^`]+)`/g }
           map { /^\| [^|]*?`[^|]*\|/mg } $section;
}


sub words {
    my ($table, $pattern) = @_;

    my @bodies = $code =~ /\b$table\[[^=;{]*=\s*\{(.*?)^\};/msg
        or die "no table $table in the code\n";

    return map { s{/\*.*?\*/}{}gsr =~ /$pattern/g } @bodies;
}


# The words of an X-macro of the store

sub store_words {
    my ($macro) = @_;

    slurp("$TOP/ledger/word.h") =~ /define $macro\(X\)(.*?)\n\n/s
        or die "no table $macro in the store\n";

    return $1 =~ /"(\w+)"/g;
}


sub same_words {
    my ($title, $documented, $coded) = @_;

    my %documented = map { $_ => 1 } @$documented;
    my %coded = map { $_ => 1 } @$coded;

    my @missing = sort grep { !$documented{$_} } keys %coded;
    my @stale = sort grep { !$coded{$_} } keys %documented;

    ok %coded && !@missing && !@stale, $title
        or diag "not documented: @missing\ndocumented, not there: @stale";
}


# Configurations

my $folder = slot_folder() . '/docs';
my $port = slot_port(0);


sub make_files {
    make_path("$folder/whatsauth", "$folder/log");

    for my $name (join('', values %text) =~ m{/etc/nginx/whatsauth/([\w.]+)}g) {
        my $prefix = $name =~ /callback_secret/ ? 'whsec_' : '';
        spill("$folder/whatsauth/$name",
              $prefix . encode_base64("a long secret of $name", ''));
    }

    spill("$folder/staff", "+56911111111\n");
    make_certificates("$folder/tls")->issue('login.example.com');
}


sub here {
    my ($config) = @_;

    $config =~ s{^load_module .*\n}{}m;
    $config =~ s{/etc/nginx/}{$folder/}g;
    $config =~ s{/var/log/nginx/}{$folder/log/}g;
    $config =~ s{\blisten \d+(?=[ ;])}{listen 127.0.0.1:$port}g;

    return $config;
}


# Lines around a block that is no whole file.

sub whole {
    my ($config) = @_;

    return $config if $config =~ /^http \{/m;

    my ($context) = $config =~ /\A# in (http|server|whatsauth_app)\n/
        or return;

    if ($context eq 'whatsauth_app') {
        return "events { }\nhttp {\nwhatsauth_app demo {\n$config\n}\n}\n";
    }

    my ($gated) = $config =~ /^\s*whatsauth_gate +(?!off;)(\w+)/m;

    if ($context eq 'server') {
        my $login = $gated ? "location /login/ { whatsauth_login $gated; }\n"
                           : '';
        $config = "server {\nlisten 127.0.0.1:$port;\n$login$config\n}\n";
    }

    my $app = $config =~ /^\s*whatsauth_app /m ? ''
              : $gated ? whatsauth_app(name => $gated, more => 'login on;')
              : whatsauth_app(callback_url => 'http://127.0.0.1:8000/');

    return "events { }\nhttp {\n$app\n$config\n}\n";
}


make_files();

my $nginx = Test::WhatsAuth::Nginx->new;
my @configs = blocks('nginx', sort keys %text);

for my $block (@configs) {
    my ($name, $config) = @$block;

    $config = whole($config);
    ok defined $config, "$name - is a whole file or says where it belongs"
        or next;

    $config = here($config) =~ s/^(http \{\n)/$1 . $nginx->http_lines/mer;

    $nginx->write_config(module_lines() . <<"END" . $config);
error_log $folder/error.log;
pid $folder/nginx.pid;
END

    my ($good, $said) = $nginx->run_nginx('-t');
    ok $good && $said !~ /\[(?:warn|error|emerg)\](?!.*"user" directive)/,
        "$name - nginx -t takes the configuration" or diag $said;
}

my ($first) = blocks('nginx', 'README.md');
like $first->[1], qr/^load_module .*^http \{.*whatsauth on;/ms,
    'README - the first configuration is complete';
cmp_ok $first->[0] =~ s/.*://r, '<', 40, 'and begins in the first screen';


# Directives and variables

sub entries {
    my ($heading) = @_;

    my $section = section('docs/DIRECTIVES.md', $heading);
    my @names = $section =~ /^### (\S+)$/mg;

    for my $name (@names) {
        my ($entry) = $section =~ /^### $name\n(.*?)(?=^### |\z)/ms;

        like $entry, qr/\A\n-\ \*\*Syntax:\*\*\ `$name\b.*[;}]`\n
                        -\ \*\*Default:\*\*\ (?:`$name\ .*;`|—)\n
                        -\ \*\*Context:\*\*\ `\w+`(?:,\ `\w+`)*\n\n\S/x,
            "$name - syntax, default, context and text";
    }

    is "@names", join(' ', sort @names), "$heading - are in order";

    return @names;
}

my @directives = entries('## Directives in http, server and location');
my @app_directives = entries('## Directives in whatsauth_app');

same_words('directives', \@directives,
    [ words('ngx_http_whatsauth_main_commands', qr/ngx_string\("(\w+)"\)/) ]);
same_words('directives of whatsauth_app', \@app_directives,
    [ words('ngx_http_whatsauth_app_\w+_commands',
            qr/ngx_string\("(\w+)"\)/) ]);
same_words('parameters of meta',
    [ section('docs/DIRECTIVES.md', '### meta') =~ /^- `(\w+)`/mg ],
    [ words('ngx_http_whatsauth_meta_options', qr/ngx_string\("(\w+)"\)/) ]);
same_words('parameters of twilio',
    [ section('docs/DIRECTIVES.md', '### twilio') =~ /^- `(\w+)`/mg ],
    [ words('ngx_http_whatsauth_twilio_options', qr/ngx_string\("(\w+)"\)/) ]);
same_words('variables',
    [ section('docs/DIRECTIVES.md', '## Variables') =~ /^- `\$(\w+)`/mg ],
    [ map { words($_, qr/ngx_string\("(\w+)"\)/) }
          qw( ngx_http_whatsauth_variables_table
              ngx_http_whatsauth_identity_variables_table ) ]);

my ($list) = $text{'docs/DIRECTIVES.md'} =~ /\A(.*?)^## /ms;
is_deeply [ $list =~ /^- \[(\w+)\]/mg ], [ @directives, @app_directives ],
    'the list at the top names every directive in order';


# The API

my @endpoints = names_of_faces("$MODULE/face/*.c");

my ($api) = $text{'docs/API.md'} =~ /\A(.*?)^## /ms;
same_words('endpoints',
    [ map { s{/\K.*}{}r } $api =~ /^\| \[`([^`]+)`/mg ], \@endpoints);

sub names_of_faces {
    my ($files) = @_;

    return map { slurp($_) =~ /_face = \{\s*ngx_string\("([^"]*)"\)/g }
           sort glob $files;
}

my ($login) = section('docs/API.md', '## The login page')
              =~ /^(\| endpoint .*?)\n\n/ms;
same_words('endpoints of the login page', [ column($login) ],
    [ grep { $_ ne '' } names_of_faces("$MODULE/login/*.c") ]);

my $issue = section('docs/API.md', '## GET verification_code');
my ($parameters) = $issue =~ /^(\| parameter .*?)\n\n/ms;
same_words('parameters of verification_code', [ column($parameters) ],
    [ words('ngx_http_whatsauth_parameters_rows',
            qr/whatsauth_text\("(\w+)"\)/) ]);

my ($results) = $code =~ /define NGX_HTTP_WHATSAUTH_RESULTS\(X\)(.*?)\n\n/s;
my @results;

while ($results =~ /X\(\w+,[\s\\]*([1-9]\d*),\s*"(\w+)"/g) {
    push @results, "$1 $2";
}

same_words('results, with their status',
    [ map { s/ +\| `/ /r } section('docs/API.md', '## Results')
                           =~ /^\| (\d+ +\| `\w+)`/mg ], \@results);

my $callback = section('docs/API.md', '## The callback');
my ($errors) = $callback =~ /^(\| error  .*?)\n\n/ms;
same_words('errors of a verification', [ column($errors) ],
    [ store_words('LEDGER_ERRORS') ]);

same_words('reasons of a message that does nothing',
    [ column(section('docs/API.md', '#### Reasons')) ], [ reasons() ]);


sub reasons {
    my $journey = join '', map { slurp("$MODULE/journey/$_.c") }
                           qw( validate decision reason );

    $journey =~ s{/\*.*?\*/}{}gs;

    return words('ngx_http_whatsauth_reason_kinds', qr/"(\w+)"/),
           $journey =~ /(?:return|reason =|\?|:) "(\w+)"/g,
           $journey =~ /reason_note\([^;"]*?"(\w+)"/g;
}


# Links between the documents

for my $file (sort keys %text) {
    my $links = $text{$file};
    my @broken;

    while ($links =~ /\]\((?!https?:)([^)#\s]*)(?:#([\w-]+))?\)/g) {
        my ($path, $anchor) = ($1, $2);

        my $target = $path eq '' ? $file : $file =~ s{[^/]*$}{}r . $path;
        1 while $target =~ s{[^/]+/\.\./}{};

        push @broken, $path unless -e "$TOP/$target";
        next unless defined $anchor;

        my %anchors = map { lc(s/[^\w -]//gr) =~ tr/ /-/r => 1 }
                      ($text{$target} // '') =~ /^#+ (.*)$/mg;
        push @broken, "$path#$anchor" unless $anchors{$anchor};
    }

    ok !@broken, "$file - its links lead somewhere" or diag "@broken";
}


# Log lines, with their levels

my %macro = (
    ngx_create_dir_n => '"mkdir()"',
    ngx_socket_n => '"socket()"',
    ngx_close_socket_n => '"close() socket"',
    NGX_HTTP_WHATSAUTH_RESOLV_CONF => '"/etc/resolv.conf"',
);

# $begin is what the function writes before its text.

sub log_lines {
    my ($function, $begin) = @_;

    my $macros = join '|', keys %macro;
    my $source = $code =~ s/\b($macros)\b/$macro{$1}/gr;
    my @lines;

    while ($source =~ /\b$function\(\s*NGX_LOG_(\w+),\s*(?:[^,"]+,\s*){1,2}
                       ((?:"(?:[^"\\]|\\.)*"\s*)+)/gx)
    {
        my ($level, $format) = (lc $1, $2);
        my $line = join '', $begin // '', $format =~ /"((?:[^"\\]|\\.)*)"/g;
        $level = 'error' if $level eq 'err';

        $line =~ s/\\"/"/g;
        $line =~ s/%u?[a-zA-Z]/.../g;
        push @lines, "$level $line";
    }

    return @lines;
}

# Lines of trouble end with a count.

sub troubles {
    my @lines;

    while ($code =~ /\bngx_http_whatsauth_trouble\([^";{*]*?
                     ((?:"(?:[^"\\]|\\.)*"\s*)+)/gx)
    {
        my $line = join '', $1 =~ /"((?:[^"\\]|\\.)*)"/g;

        $line =~ s{\\"}{"}g;
        $line =~ s/%u?[a-zA-Z]/.../g;
        push @lines, "error whatsauth: $line, count=...";
    }

    return @lines;
}

sub logged {
    my ($section) = @_;

    return map { s/ +\| `/ /r }
           $section =~ /^\| ([a-z]+ +\| `.+?)` \|/mg;
}

my $log = section('docs/OPERATIONS.md', '## Log lines');
my $reading = section('docs/OPERATIONS.md',
                      '### While the configuration is read');
my %reading = map { $_ => 1 } logged($reading);
my %said = map { $_ => 1 } log_lines('ngx_conf_log_error'),
    log_lines('ngx_http_whatsauth_conf_log_error');

same_words('log lines', [ grep { !$reading{$_} } logged($log) ],
    [ log_lines('ngx_log_error'),
      log_lines('ngx_http_whatsauth_log', 'whatsauth: '), troubles() ]);
is join("\n", grep { !$said{$_} } keys %reading), '',
    'log lines of a configuration - are there';
is join("\n", grep { /^warn/ && !$reading{$_} } keys %said), '',
    'and all its warnings are documented';


# Quotations in troubleshooting: lines of ours, or of nginx and OpenSSL that a
# test of ours has seen.

my @strings = map { strings($_) } $code,
              map { slurp($_) }
              sort glob "$TOP/{ledger,lmdb_store,protocol,valkey_store}/*.c";
my $tests = join '', map { slurp($_) } grep { !/90-docs/ } glob "$TOP/t/*/*.t";

# Lines of an nginx without this module, or with a wrong one.

my @nginx_says = ( 'unknown directive "whatsauth_app"',
                   'module "..." is not binary compatible' );

# String literals, with what differs as "...".  The character '"' is none.

sub strings {
    my ($source) = @_;

    my @found;

    $source =~ s/'"'//g;

    while ($source =~ /((?:"(?:[^"\\]|\\.)*"\s*)+)/g) {
        my $string = join '', $1 =~ /"((?:[^"\\]|\\.)*)"/g;
        push @found, $string =~ s/\\"/"/gr =~ s/%(?:u|l|\.?\*)*[a-zA-Z]/.../gr;
    }

    return @found;
}

sub is_said {
    my ($line) = @_;

    my $pattern = join '.*', map { quotemeta } split /\.\.\.|\d+/, $line;
    return grep { /$pattern/ } @strings, @nginx_says, $tests;
}

my $callback_fails = section('docs/TROUBLESHOOTING.md',
                             '## Nothing arrives at the callback');
my $bad_configuration = section('docs/TROUBLESHOOTING.md',
    '## nginx does not start, or does not take the configuration');
my @quoted = (
    column($callback_fails =~ s/^\| no line.*//mgr),
    column($bad_configuration),
    column(section('docs/TROUBLESHOOTING.md', '## The signature fails')),
    column(section('docs/OPERATIONS.md', '### Why a store cannot be opened')),
    $prose{'docs/TROUBLESHOOTING.md'}
        =~ /\b(?:log|line) (?:has|says) `([^`]+)`/g,
);

is join("\n", grep { !is_said($_) } @quoted), '',
    'troubleshooting - its log lines are there';

my %is_result = map { $_ => 1 } @results;
my @refusals = section('docs/TROUBLESHOOTING.md', '## The site gets no code')
               =~ /^\| (\d+ `\w+`)/mg;

is join("\n", grep { !$is_result{tr/`//dr} } @refusals), '',
    'troubleshooting - its error words are there';


# The command lines and the JSON, against a server

my $sid = 'AC' . '0' x 32;
my $receiver = start_receiver();
my $live = start_nginx(
    callback_url => $receiver->url('/204'),
    server => 'location /login/ { whatsauth_login demo; }',
    app => 'login on; authorized_callbacks https://shop.example.com/;'
           . ' callback_secret whsec_' . encode_base64('k' x 32, '') . ';'
           . " twilio account_sid=$sid auth_token=auth-token-of-the-app;"
           . ' gateway name=acme secret=secret-of-the-gateway'
           . ' header=X-Acme-Signature prefix=sha256= text=/message/text'
           . ' sender=/message/from id=/message/id to=/account;',
    http => 'resolver 127.0.0.1;'
            . ' whatsauth_public_url http://127.0.0.1:' . slot_port(1) . ';',
);

my $body = '{"object":"whatsapp_business_account","entry":[]}';
spill("$folder/body.json", $body);

$ENV{TOKEN} = $TOKEN;
$ENV{CLAIM} = claim_of_a_login();
$ENV{REQUEST} = 'one';
$ENV{VERIFY_TOKEN} = $VERIFY_TOKEN;
$ENV{APP_SECRET} = $APP_SECRET;
$ENV{ACCOUNT_SID} = $sid;
$ENV{AUTH_TOKEN} = 'auth-token-of-the-app';
$ENV{SECRET} = 'secret-of-the-gateway';
$ENV{SIGNATURE} = signature($body) =~ s/^sha256=//r;

# A person has logged in, whose session OPERATIONS ends.

my $person = Test::WhatsAuth::Browser->new($live);
$person->post('start');
$person->get('/login/');
$live->message(text_message($person->text));
$person->post('finish');
is scalar($live->sessions), 1, 'the commands - a session before them';

for my $block (grep { $_->[1] =~ m{\Q$HOST\E} }
               blocks('sh', sort keys %text))
{
    my ($name, $line) = @$block;
    my ($target) = $line =~ m{\Q$HOST\E/api/v1/([^\s"?]+)};

    ok((grep { m{/$} ? $target =~ m{^\Q$_\E.} : $target eq $_ } @endpoints),
       "$name - names an endpoint") or diag $target;

    $line =~ s{\Q$HOST\E}{'http://127.0.0.1:' . $live->port}ge;
    $line =~ s{\bdemo/}{$TOP/demo/}g;
    $line =~ s{\bwhatsauth-store\b}{$TOP/build/whatsauth-store}g;
    $line =~ s{/var/lib/nginx/whatsauth\b}{$live->root . '/store'}ge;
    $line =~ s{"app":"shop"}{"app":"demo"}g;
    $line =~ s/\bcurl\b/curl -sS -w '%{http_code}'/;

    my $said = `cd $folder && ( $line ) 2>&1`;
    my $expected = $target =~ m{/} ? qr/404\z/
                   : $line =~ /simulate/ ? qr/ 200 /
                   : qr/200\z/;
    like $said, $expected, "$name - and runs";
}

is scalar($live->sessions), 0, 'the commands - have ended it';


sub claim_of_a_login {
    my $login = $live->issue(claim => 1);
    $live->message(text_message(">>$login->{json}{code}<<"));

    return $login->{headers}{'whatsauth-claim'};
}


sub keys_of {
    my ($json) = @_;

    return join ' ', $json =~ /[{,]"(\w+)":/g;
}

my $issued = $live->issue;
$live->message(text_message(">>$issued->{json}{code}<<"));
my $called = $receiver->wait_for($issued->{json}{code});

my %sent = map { keys_of($_) => 1 } $issued->{body}, $called->{body},
    $live->issue(qr => 1)->{body},
    $live->get('/api/v1/nothing')->{body},
    $live->get('/api/v1/claim',
               { Authorization => 'Bearer ' . claim_of_a_login() })->{body},
    $live->post('/api/v1/claim', 'claim=' . claim_of_a_login(),
                { Authorization => "Bearer $TOKEN",
                  'Content-Type' => 'application/x-www-form-urlencoded' })
         ->{body},
    $live->post('/login/start', '', { Origin => 'http://127.0.0.1',
                                      Accept => 'application/json' })->{body},
    $live->request('DELETE', '/api/v1/sessions?phone=56911111111',
                   { Authorization => "Bearer $TOKEN" })->{body};

for my $block (blocks('json', 'README.md', 'docs/API.md')) {
    my ($name, $json) = @$block;

    ok $sent{keys_of($json)}, "$name - the keys are those that are sent"
        or diag join "\n", keys_of($json), keys %sent;
}

my ($headers) = blocks('text', 'docs/API.md');
same_words('headers of the callback',
    [ map { lc } $headers->[1] =~ /^([\w-]+): /mg ],
    [ map { lc } keys %{ $called->{headers} } ]);

$live->stop;

done_testing;
